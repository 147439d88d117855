/* What the good plugin of the imaginary PSA does; part of good_psa.h. */
__attribute__((unused)) static psa_status finish_test(const psa_call *call, const struct answer *answer)
{
    if (status_of(answer) != PSA_OK)
        return fail(call, status_of(answer), answer);
    call->put_result(call, TEXT("{\"version\":1,\"summary\":\"Connected\"}"));
    return PSA_OK;
}

/* "ticket" of a result from the id in an answer. `wrap` is a format with one %.*s. */
__attribute__((unused)) static psa_status finish_ticket(const psa_call *call, const struct answer *answer,
                                                        const char *before, const char *after)
{
    char text[400];
    psa_str id;
    if (status_of(answer) != PSA_OK)
        return fail(call, status_of(answer), answer);
    id = text_at(good_text(answer->body, answer->size), "id", NULL);
    if (!is_plain(id))
        return fail(call, answer->mutates ? PSA_OUTCOME_UNKNOWN : PSA_UNAVAILABLE, answer);
    snprintf(text, sizeof text, "{\"version\":1,%s{\"id\":\"%.*s\"}%s}", before, (int)id.size, id.data, after);
    call->put_result(call, good_text(text, strlen(text)));
    return PSA_OK;
}

/* The request that creates the ticket, on the heap; `title` is as the JSON has it. */
__attribute__((unused)) static char *ticket_request(psa_str reference, psa_str ticket, psa_str title, psa_str queue)
{
    const psa_str description = text_at(ticket, "description", NULL);
    const size_t room = ticket.size + title.size + 400;
    char *request = (char *)malloc(room);
    if (request != NULL)
        snprintf(request, room, "{\"reference\":\"%.*s\",\"title\":\"%.*s\",\"text\":\"%.*s\",\"queue\":\"%.*s\"}",
                 (int)reference.size, reference.data, (int)title.size, title.data, (int)description.size,
                 description.data != NULL ? description.data : "", (int)queue.size, queue.data);
    return request;
}

/* Looks the queue up: `answer` is then good and `queue` its id, or the call has failed with what is returned. */
__attribute__((unused)) static psa_status find_queue(struct psa_state *state, const psa_call *call, psa_str label,
                                                     struct answer *answer, psa_str *queue)
{
    char after[120];
    ask(state, call, "/queues", good_text("", 0), answer);
    if (status_of(answer) != PSA_OK)
        return fail(call, status_of(answer), answer);
    snprintf(after, sizeof after, "\"label\":\"%.*s\"", (int)label.size, label.data);
    *queue = text_at(good_text(answer->body, answer->size), "id", NULL);
    if (!is_plain(*queue) || memmem(answer->body, answer->size, after, strlen(after)) == NULL)
        return fail(call, PSA_INVALID_TICKET, answer);
    return PSA_OK;
}

__attribute__((unused)) static psa_status send_ticket(struct psa_state *state, const psa_call *call, psa_str reference,
                                                      psa_str ticket, psa_str title, struct answer *answer)
{
    struct answer queues;
    psa_str queue = text_at(ticket, "queue", NULL);
    char *request;
    psa_status status;
    memset(answer, 0, sizeof *answer);
    if (!is_object(ticket.data, ticket.size) || title.data == NULL || !is_plain(queue))
        return fail(call, PSA_INVALID_TICKET, answer);
    status = find_queue(state, call, queue, &queues, &queue);
    if (status != PSA_OK)
        return status;
    request = ticket_request(reference, ticket, title, queue);
    if (request == NULL)
        return fail(call, PSA_INTERNAL, answer);
    ask(state, call, "/tickets", good_text(request, strlen(request)), answer);
    free(request);
    return PSA_OK;
}

__attribute__((unused)) static psa_status psa_create(const psa_call *call, const psa_host *host,
                                                     psa_instance **instance)
{
    struct psa_state *state = (struct psa_state *)calloc(1, sizeof *state);
    if (state == NULL)
        return good_error(call, PSA_INTERNAL, TEXT("no memory"));
    state->host = host;
    *instance = (psa_instance *)(void *)state;
    return PSA_OK;
}

__attribute__((unused)) static psa_status psa_configure(const psa_call *call, psa_instance *instance, psa_str json)
{
    const psa_str key = is_object(json.data, json.size) ? text_at(json, "apiKey", "\"values\"") : good_text(NULL, 0);
    psa_error error;
    if (key.data != NULL && key.size > 0 && key.size < sizeof state_of(instance)->key)
    {
        memcpy(state_of(instance)->key, key.data, key.size);
        state_of(instance)->key[key.size] = 0;
        return PSA_OK;
    }
    memset(&error, 0, sizeof error);
    error.struct_size = sizeof error;
    error.status = PSA_INVALID_CONFIG;
    error.user_message = TEXT("There is no API key.");
    error.hint = TEXT("Copy it from the PSA's own page of keys.");
    error.field = TEXT("apiKey");
    call->put_error(call, &error);
    return PSA_INVALID_CONFIG;
}

__attribute__((unused)) static psa_status psa_test(const psa_call *call, psa_instance *instance)
{
    struct answer answer;
    ask(state_of(instance), call, "/me", good_text("", 0), &answer);
    return finish_test(call, &answer);
}

__attribute__((unused)) static psa_status psa_create_ticket(const psa_call *call, psa_instance *instance,
                                                            psa_str reference, psa_str ticket)
{
    struct answer answer;
    const psa_status status =
        send_ticket(state_of(instance), call, reference, ticket, text_at(ticket, "title", NULL), &answer);
    return status != PSA_OK ? status : finish_ticket(call, &answer, "\"ticket\":", "");
}

__attribute__((unused)) static psa_status psa_find(const psa_call *call, psa_instance *instance, psa_str reference)
{
    struct answer answer;
    char path[100];
    snprintf(path, sizeof path, "/tickets?reference=%.*s", (int)reference.size, reference.data);
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    if (status_of(&answer) == PSA_OK && memmem(answer.body, answer.size, "\"tickets\":[]", 12) != NULL)
    {
        call->put_result(call, TEXT("{\"version\":1,\"tickets\":[]}"));
        return PSA_OK;
    }
    return finish_ticket(call, &answer, "\"tickets\":[", "]");
}

__attribute__((unused)) static psa_status psa_list(const psa_call *call, psa_instance *instance,
                                                   const psa_choices_query *query)
{
    struct answer answer;
    char text[400];
    psa_str id, label;
    (void)query;
    ask(state_of(instance), call, "/queues", good_text("", 0), &answer);
    if (status_of(&answer) != PSA_OK)
        return fail(call, status_of(&answer), &answer);
    id = text_at(good_text(answer.body, answer.size), "id", NULL);
    label = text_at(good_text(answer.body, answer.size), "label", NULL);
    if (!is_plain(id) || !is_plain(label))
        return fail(call, PSA_UNAVAILABLE, &answer);
    snprintf(text, sizeof text, "{\"version\":1,\"items\":[{\"id\":\"%.*s\",\"label\":\"%.*s\"}]}", (int)id.size,
             id.data, (int)label.size, label.data);
    call->put_result(call, good_text(text, strlen(text)));
    return PSA_OK;
}

__attribute__((unused)) static psa_status psa_read(const psa_call *call, psa_instance *instance, psa_str id)
{
    struct answer answer;
    char path[100];
    snprintf(path, sizeof path, "/tickets/%.*s", (int)id.size, id.data);
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    if (answer.delivery == PSA_HTTP_ANSWERED && answer.status == 404)
        return fail(call, PSA_NOT_FOUND, &answer);
    return finish_ticket(call, &answer, "\"ticket\":", "");
}
