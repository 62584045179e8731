using System.Net;
using System.Text.Json;
using ReverseEtl.Crms.Http;
using ReverseEtl.Crms.Salesforce.Errors;
using ReverseEtl.Engine.Ports;

namespace ReverseEtl.Crms.Salesforce.Writing;

/// <summary>
/// What all requests of writes have in common: how their answers fall into those that tell, those that refuse and those that do not.
/// </summary>
internal static class WriteCall
{
    // A 400 with one of these is about the request as a whole, whatever records it holds.
    private static readonly HashSet<string> RequestCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "INVALID_TYPE", "NOT_FOUND", "API_DISABLED_FOR_ORG", "API_CURRENTLY_DISABLED", "UNSUPPORTED_API_VERSION", "METHOD_NOT_ALLOWED",
    };

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="type">The object, for messages.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="read">Reads the body of a success.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="PortException">Nothing was stored, for a reason that is not in the records.</exception>
    /// <exception cref="SendOverdueException">Nothing was stored, and the time to send was over.</exception>
    public static async Task<CallAnswer> SendAsync(
        string type,
        Func<Task<HttpResponseMessage>> send,
        Func<HttpResponseMessage, JsonElement, CallAnswer> read,
        CancellationToken cancellationToken)
    {
        var doing = $"write of {type}";
        try
        {
            using var answer = await send();
            var trail = SendTrail.Of(answer);
            if (trail.IsOpen)
            {
                return new CallAnswer.Open(await ErrorBody.ReadAsync(answer, cancellationToken));
            }

            if (answer.StatusCode is HttpStatusCode.OK)
            {
                return await Read(answer, read, cancellationToken);
            }

            var errors = await ErrorBody.ReadAsync(answer, cancellationToken);
            if (IsSpoilt(answer.StatusCode, errors))
            {
                return new CallAnswer.Spoilt(errors);
            }

            // A refusal that is not about the records (a limit, a dead session) tells nothing of an earlier attempt whose answer was lost.
            return trail.MayHaveHappened ? new CallAnswer.Open(errors) : throw Failure.Of(answer, errors, doing);
        }
        catch (LostAnswerException e) when (e.MayHaveHappened)
        {
            return new CallAnswer.Open([]);
        }
        catch (LostAnswerException e)
        {
            throw Failure.Of(e, doing);
        }
    }

    private static async Task<CallAnswer> Read(
        HttpResponseMessage answer, Func<HttpResponseMessage, JsonElement, CallAnswer> read, CancellationToken cancellationToken)
    {
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        if (body.Length == 0)
        {
            return new CallAnswer.Open([]);
        }

        using var document = JsonDocument.Parse(body);
        return read(answer, document.RootElement);
    }

    private static bool IsSpoilt(HttpStatusCode status, IReadOnlyList<SalesforceError> errors) => status switch
    {
        HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge => true,
        HttpStatusCode.BadRequest => !errors.Any(error => RequestCodes.Contains(error.Code) || IsAboutKeyField(error)),
        _ => false,
    };

    // "Field name provided, X__c is not an External ID or indexed field for Y" comes as INVALID_FIELD.
    private static bool IsAboutKeyField(SalesforceError error) =>
        error.Message.Contains("not an External ID", StringComparison.OrdinalIgnoreCase)
        || error.Message.Contains("external ID field does not exist", StringComparison.OrdinalIgnoreCase);
}
