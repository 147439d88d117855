/* SPDX-License-Identifier: Apache-2.0
 *
 * psa/update_ticket.h: the plugin extension psa.update-ticket/1: what happens to a ticket after it was created. Without it
 * a host only creates tickets.
 *
 * Exactly once: a note carries the reference that the host passes with it, where find_note finds it again; a change reads
 * before it writes, so that repeating it has no effect.
 */
#ifndef PSA_UPDATE_TICKET_H
#define PSA_UPDATE_TICKET_H

#include <psa/plugin.h>

PSA_EXTERN_C_BEGIN

#define PSA_UPDATE_TICKET_ID "psa.update-ticket/1"

/* The extension. Constant, valid as long as the library is mapped; each function but remove_note is required.
 * ticket_id is "id" of a ticket result. PSA_NOT_FOUND without a field = the PSA has no such ticket (any more): the host
 * gives up its updates. since 1.1 */
typedef struct psa_update_ticket
{
    uint32_t struct_size;
    uint32_t reserved0;

    /* What:      describe what this extension does in this PSA. The same bytes each time.
     * Arguments: call (in). Result: schemas/update-description.schema.json.
     * Ownership: see put_result.
     * Threads:   [any-thread], the host makes one such call at a time for each plugin.
     * Blocks:    no
     * Statuses:  PSA_OK, PSA_INTERNAL
     * Since:     1.1 */
    psa_status(PSA_CALL *describe)(const psa_call *call);

    /* What:      add one note to a ticket with one changing request, and put the reference where find_note finds it. Never
     *            repeat that request: the host decides.
     * Arguments: call (in); instance (in), configured; ticket_id (in); reference (in), 1 to 40 characters of [0-9A-Z];
     *            note (in), schemas/ticket-note.schema.json. Result: schemas/note-result.schema.json.
     * Ownership: texts are borrowed; see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all; as for create_ticket once the changing request has left
     * Since:     1.1 */
    psa_status(PSA_CALL *add_note)(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference,
                                   psa_str note);

    /* What:      find every note of the ticket that carries the reference, oldest first. None is a result, not an error,
     *            also for a ticket that does not exist.
     * Arguments: call (in); instance (in), configured; ticket_id (in); reference (in), as it was given to add_note, to be
     *            matched exactly. Result: schemas/found-notes.schema.json.
     * Ownership: texts are borrowed; see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all but PSA_INVALID_TICKET and PSA_OUTCOME_UNKNOWN
     * Since:     1.1 */
    psa_status(PSA_CALL *find_note)(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str reference);

    /* What:      read the ticket, and set what differs with one changing request; without one if nothing differs. Members
     *            that the change does not name stay as they are. In a dry run the changing request is withheld, so that
     *            success means: nothing differs.
     * Arguments: call (in); instance (in), configured; ticket_id (in); change (in), schemas/ticket-change.schema.json.
     *            Result: schemas/change-result.schema.json.
     * Ownership: texts are borrowed; see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all; PSA_INVALID_TICKET and PSA_NOT_FOUND with a field = that value does not exist or is not allowed
     * Since:     1.1 */
    psa_status(PSA_CALL *change)(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str change);

    /* What:      say whether a human has touched the ticket since the watermark, and what state it is in. What this API
     *            user and the PSA's own automation do does not count; what cannot be told apart is "unclear".
     * Arguments: call (in); instance (in), configured; ticket_id (in); watermark (in), of an earlier result for this
     *            ticket; empty = since its creation. Result: schemas/activity.schema.json.
     * Ownership: texts are borrowed; see put_result.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all but PSA_INVALID_TICKET and PSA_OUTCOME_UNKNOWN; a deleted ticket is a result, not PSA_NOT_FOUND
     * Since:     1.1 */
    psa_status(PSA_CALL *activity)(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str watermark);

    /* What:      delete one note that this plugin wrote: a duplicate. Optional: NULL if the PSA cannot.
     * Arguments: call (in); instance (in), configured; ticket_id (in); note_id (in), of a note result or found notes.
     *            No result.
     * Ownership: texts are borrowed.
     * Threads:   [serial per instance]
     * Blocks:    yes, within the call's deadline
     * Statuses:  all but PSA_INVALID_TICKET; a note that is gone already is PSA_OK
     * Since:     1.1 */
    psa_status(PSA_CALL *remove_note)(const psa_call *call, psa_instance *instance, psa_str ticket_id, psa_str note_id);
} psa_update_ticket;

PSA_EXTERN_C_END

#endif
