using System.Reflection;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Integration.Support;

/// <summary>
/// What stands before a port stands before all of it: a member that is left to the port's own answer would hide what the one behind says.
/// </summary>
public sealed class WrapperTests
{
    private static readonly IEnumerable<Type> Types = [.. typeof(ICrm).Assembly.GetTypes(), .. typeof(CountingCrm).Assembly.GetTypes()];

    public static TheoryData<string, string> Wrappers
    {
        get
        {
            var found = new TheoryData<string, string>();
            foreach (var (wrapper, port) in All)
            {
                found.Add(wrapper.Name, port.Name);
            }

            return found;
        }
    }

    private static IEnumerable<(Type Wrapper, Type Port)> All =>
        from type in Types
        where type is { IsClass: true, IsAbstract: false }
        from port in type.GetInterfaces()
        where port.Namespace == typeof(ICrm).Namespace && type.GetConstructors().Any(c => c.GetParameters().Any(p => p.ParameterType == port))
        orderby type.Name
        select (type, port);

    [Fact]
    public void Rehearsals_and_counters_are_wrappers() => Assert.Equal(
        ["CountingCrm", "CountingWarehouse", "RehearsedAssociations", "RehearsedCrm", "RehearsedWarehouse"], All.Select(found => found.Wrapper.Name));

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void Wrapper_answers_for_every_member_of_its_port(string wrapper, string port)
    {
        var (type, face) = All.Single(found => found.Wrapper.Name == wrapper && found.Port.Name == port);
        Assert.Empty(Left(type, face));
    }

    [Fact]
    public void Member_that_is_left_to_the_port_is_found() => Assert.Equal(["IdOf"], Left(typeof(Forgetful), typeof(IForgotten)));

    private static IEnumerable<string> Left(Type type, Type face)
    {
        var map = type.GetInterfaceMap(face);
        return map.InterfaceMethods.Zip(map.TargetMethods).Where(pair => pair.Second?.DeclaringType is null or { IsInterface: true })
            .Select(pair => pair.First.Name);
    }

    private interface IForgotten
    {
        string Name { get; }

        string IdOf(string typed) => typed;
    }

    private sealed class Forgetful : IForgotten
    {
        public string Name => "forgetful";
    }
}
