using System.Text.Json;

namespace ReverseEtl.Crms.Http;

/// <summary>
/// One attempt: bounded in time, the body read to its end unless its <see cref="RequestMark.Streams"/> says otherwise. A success whose body
/// is cut short or is no JSON (a proxy's page) throws like a broken connection, for it tells as little.
/// </summary>
internal sealed class AttemptHandler(SendSettings settings, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var mark = RequestMark.Of(request);
        using var timeout = new CancellationTokenSource(mark.Timeout ?? settings.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpResponseMessage? answer = null;
        var start = time.GetTimestamp();
        try
        {
            answer = await base.SendAsync(request, either.Token);
            SendTrail.Of(request).Took = time.GetElapsedTime(start);
            answer.RequestMessage ??= request;
            if (answer.IsSuccessStatusCode && mark.Streams)
            {
                return answer;
            }

            await answer.Content.LoadIntoBufferAsync(either.Token);
            if (answer.IsSuccessStatusCode && mark.AnswersJson)
            {
                RequireWholeJson(await answer.Content.ReadAsByteArrayAsync(either.Token));
            }

            return answer;
        }
        catch (Exception e)
        {
            answer?.Dispose();
            if (e is OperationCanceledException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The CRM did not answer in time.", e);
            }

            throw;
        }
    }

    private static void RequireWholeJson(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return;
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException e)
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "The answer's body is cut short or no JSON.", e);
        }
    }
}
