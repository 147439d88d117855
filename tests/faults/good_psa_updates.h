/* psa.update-ticket/1 of the good plugin of the imaginary PSA; part of good_psa.h.
 *
 *   add_note    POST /tickets/42/notes               {"id":"7"}
 *   find_note   GET  /tickets/42/notes               {"notes":[{"id":"7","reference":"R"}]}
 *   change      GET  /tickets/42                     {"id":"42","status":"Open"}
 *               POST /tickets/42                     {"id":"42","status":"Done"}
 *   activity    GET  /tickets/42/activity            {"last":"5","human":"3"}, both numbers of events
 *   remove_note POST /tickets/42/notes/7/delete      {"id":"7"}
 *   A ticket that it does not have is 404.
 */
#include <psa/update_ticket.h>

__attribute__((unused)) static int is_gone(const struct answer *answer)
{
    return answer->delivery == PSA_HTTP_ANSWERED && answer->status == 404;
}

/* As fail(), for a request about a ticket. */
__attribute__((unused)) static psa_status fail_update(const psa_call *call, const struct answer *answer)
{
    return fail(call, is_gone(answer) ? PSA_NOT_FOUND : status_of(answer), answer);
}

__attribute__((unused)) static int same_text(psa_str one, psa_str other)
{
    return one.data != NULL && one.size == other.size && memcmp(one.data, other.data, one.size) == 0;
}

/* "42/notes": a path below the ticket. */
__attribute__((unused)) static psa_str ticket_path(char *room, size_t size, psa_str ticket_id, const char *rest)
{
    snprintf(room, size, "/tickets/%.*s%s", (int)(ticket_id.size < 100 ? ticket_id.size : 100), ticket_id.data, rest);
    return good_text(room, strlen(room));
}

__attribute__((unused)) static psa_status psa_describe_updates(const psa_call *call)
{
    call->put_result(call, TEXT("{\"version\":1,\"noteMaxLength\":100000,\"quietSeconds\":0,"
                                "\"resolvedStatuses\":[\"Done\"],\"reopenedStatuses\":[\"Open\"],"
                                "\"changes\":[\"status\"],\"afterCreate\":[],\"removesNotes\":true}"));
    return PSA_OK;
}

/* Adds a note with these parts, each as the JSON has it. */
__attribute__((unused)) static psa_status send_note(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                    psa_str reference, psa_str text, psa_str visibility,
                                                    struct answer *answer)
{
    char path[200];
    const size_t room = text.size + 400;
    char *request = (char *)malloc(room);
    memset(answer, 0, sizeof *answer);
    if (request == NULL || text.data == NULL || visibility.data == NULL)
    {
        free(request);
        return fail(call, PSA_INVALID_TICKET, answer);
    }
    snprintf(request, room, "{\"reference\":\"%.*s\",\"text\":\"%.*s\",\"visibility\":\"%.*s\"}", (int)reference.size,
             reference.data, (int)text.size, text.data, (int)visibility.size, visibility.data);
    ticket_path(path, sizeof path, ticket_id, "/notes");
    ask(state_of(instance), call, path, good_text(request, strlen(request)), answer);
    free(request);
    return PSA_OK;
}

__attribute__((unused)) static psa_status finish_note(const psa_call *call, const struct answer *answer)
{
    return is_gone(answer) ? fail_update(call, answer) : finish_ticket(call, answer, "\"note\":", "");
}

__attribute__((unused)) static psa_status psa_add_note(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                       psa_str reference, psa_str note)
{
    struct answer answer;
    const psa_status status = send_note(call, instance, ticket_id, reference, text_at(note, "text", NULL),
                                        text_at(note, "visibility", NULL), &answer);
    return status != PSA_OK ? status : finish_note(call, &answer);
}

__attribute__((unused)) static void ask_notes(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                              struct answer *answer)
{
    char path[200];
    ticket_path(path, sizeof path, ticket_id, "/notes");
    ask(state_of(instance), call, path, good_text("", 0), answer);
}

__attribute__((unused)) static psa_status no_notes(const psa_call *call)
{
    call->put_result(call, TEXT("{\"version\":1,\"notes\":[]}"));
    return PSA_OK;
}

__attribute__((unused)) static psa_status psa_find_note(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                        psa_str reference)
{
    struct answer answer;
    psa_str body;
    ask_notes(call, instance, ticket_id, &answer);
    if (is_gone(&answer) || status_of(&answer) != PSA_OK)
        return fail_update(call, &answer);
    body = good_text(answer.body, answer.size);
    if (memmem(answer.body, answer.size, "\"notes\":[", 9) == NULL)
        return fail(call, PSA_UNAVAILABLE, &answer);
    if (!same_text(text_at(body, "reference", NULL), reference))
        return no_notes(call);
    return finish_ticket(call, &answer, "\"notes\":[", "]");
}

/* Sets the status and says so. */
__attribute__((unused)) static psa_status set_status(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                     psa_str status)
{
    struct answer answer;
    char path[200];
    char request[200];
    ticket_path(path, sizeof path, ticket_id, "");
    snprintf(request, sizeof request, "{\"status\":\"%.*s\"}", (int)status.size, status.data);
    ask(state_of(instance), call, path, good_text(request, strlen(request)), &answer);
    if (is_gone(&answer) || status_of(&answer) != PSA_OK)
        return fail_update(call, &answer);
    call->put_result(call, TEXT("{\"version\":1,\"changed\":[\"status\"]}"));
    return PSA_OK;
}

/* Sets the status if the ticket in `answer` has another one. */
__attribute__((unused)) static psa_status finish_change(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                        psa_str status, const struct answer *answer)
{
    psa_str now;
    if (is_gone(answer) || status_of(answer) != PSA_OK)
        return fail_update(call, answer);
    now = text_at(good_text(answer->body, answer->size), "status", NULL);
    if (now.data == NULL)
        return fail(call, PSA_UNAVAILABLE, answer);
    if (!same_text(now, status))
        return set_status(call, instance, ticket_id, status);
    call->put_result(call, TEXT("{\"version\":1,\"changed\":[]}"));
    return PSA_OK;
}

__attribute__((unused)) static psa_status psa_change(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                     psa_str change)
{
    struct answer answer;
    char path[200];
    const psa_str status = text_at(change, "status", NULL);
    memset(&answer, 0, sizeof answer);
    if (!is_plain(status))
        return fail(call, PSA_INVALID_TICKET, &answer);
    ticket_path(path, sizeof path, ticket_id, "");
    ask(state_of(instance), call, path, good_text("", 0), &answer);
    return finish_change(call, instance, ticket_id, status, &answer);
}

__attribute__((unused)) static psa_status put_activity(const psa_call *call, const char *touched, psa_str last)
{
    char text[300];
    snprintf(text, sizeof text, "{\"version\":1,\"touched\":\"%s\",\"closed\":false,\"watermark\":\"%.*s\"}", touched,
             (int)last.size, last.data);
    call->put_result(call, good_text(text, strlen(text)));
    return PSA_OK;
}

/* Reads the activity: `answer` is then good, or the call has ended with what is returned in `status`. */
__attribute__((unused)) static int read_activity(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                 struct answer *answer, psa_status *status)
{
    char path[200];
    ticket_path(path, sizeof path, ticket_id, "/activity");
    ask(state_of(instance), call, path, good_text("", 0), answer);
    *status = PSA_OK;
    if (is_gone(answer))
        call->put_result(call, TEXT("{\"version\":1,\"touched\":\"unclear\",\"closed\":false,\"deleted\":true,"
                                    "\"watermark\":\"0\"}"));
    else if (status_of(answer) != PSA_OK)
        *status = fail_update(call, answer);
    else if (!is_plain(text_at(good_text(answer->body, answer->size), "last", NULL)) ||
             !is_plain(text_at(good_text(answer->body, answer->size), "human", NULL)))
        *status = fail(call, PSA_UNAVAILABLE, answer);
    else
        return 1;
    return 0;
}

/* The number that the text is; -1 = none. An empty text is 0. */
__attribute__((unused)) static int number_in(psa_str text)
{
    int number = 0;
    size_t i;
    for (i = 0; i < text.size; ++i)
    {
        if (i > 5 || text.data[i] < '0' || text.data[i] > '9')
            return -1;
        number = number * 10 + (text.data[i] - '0');
    }
    return number;
}

__attribute__((unused)) static psa_status psa_activity(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                       psa_str watermark)
{
    struct answer answer;
    psa_status status;
    psa_str body;
    int seen;
    if (!read_activity(call, instance, ticket_id, &answer, &status))
        return status;
    body = good_text(answer.body, answer.size);
    seen = number_in(watermark);
    return put_activity(call,
                        seen < 0                                         ? "unclear"
                        : number_in(text_at(body, "human", NULL)) > seen ? "yes"
                                                                         : "no",
                        text_at(body, "last", NULL));
}

/* Asks the PSA to delete the note. */
__attribute__((unused)) static void ask_removal(const psa_call *call, psa_instance *instance, psa_str ticket_id,
                                                psa_str note_id, struct answer *answer)
{
    char path[250];
    char rest[130];
    snprintf(rest, sizeof rest, "/notes/%.*s/delete", (int)(note_id.size < 100 ? note_id.size : 100), note_id.data);
    ticket_path(path, sizeof path, ticket_id, rest);
    ask(state_of(instance), call, path, good_text("{}", 2), answer);
}

__attribute__((unused)) static psa_status psa_remove_note(const psa_call *call, psa_instance *instance,
                                                          psa_str ticket_id, psa_str note_id)
{
    struct answer answer;
    ask_removal(call, instance, ticket_id, note_id, &answer);
    if (is_gone(&answer) || status_of(&answer) == PSA_OK)
        return PSA_OK;
    return fail_update(call, &answer);
}
