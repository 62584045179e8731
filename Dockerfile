# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/ReverseEtl.Daemon -c Release --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -o /app --nologo

# Chiselled: no shell, no package manager, not root. The health check is the program itself.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
COPY schemas /app/schemas
ENV Urls=http://0.0.0.0:5080 Mappings=/mappings
USER $APP_UID
EXPOSE 5080
VOLUME ["/mappings"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["dotnet", "retl.dll", "health"]
ENTRYPOINT ["dotnet", "retl.dll"]
CMD ["daemon"]
