/* Signs in to the imaginary PSA for a token: POST /token {"token":"t"}. For plugins that include good_psa.h before. */
__attribute__((unused)) static psa_status sign_in(struct psa_state *state, const psa_call *call, struct answer *answer)
{
    const psa_http *http = (const psa_http *)state->host->get_extension(state->host, PSA_HTTP_ID);
    psa_http_request request;
    memset(answer, 0, sizeof *answer);
    answer->reason = PSA_HTTP_REASON_POLICY;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = TEXT("POST");
    request.url = TEXT("https://psa.example.com/v1/token");
    request.body = TEXT("grant_type=client_credentials");
    if (http != NULL)
        http->send(call, &request, answer, keep_answer);
    return status_of(answer) == PSA_OK ? PSA_OK : fail(call, status_of(answer), answer);
}
