using ReverseEtl.Daemon.MappingFiles.Format;

Console.Out.Write(MappingSchema.Write());
