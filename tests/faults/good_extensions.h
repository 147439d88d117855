/* The tables of the extensions, over FAULT_FIND, FAULT_LIST and FAULT_READ, and FAULT_UPDATES if that is a table. */
#define FAULT_GET_EXTENSION good_get_extension
static const void *good_get_extension(const psa_host *host, const char *id)
{
    static const psa_find_ticket find_table = {sizeof find_table, 0, FAULT_FIND};
    static const psa_choices choices_table = {sizeof choices_table, 0, FAULT_LIST};
    static const psa_ticket ticket_table = {sizeof ticket_table, 0, FAULT_READ};
    (void)host;
    if (strcmp(id, PSA_FIND_TICKET_ID) == 0)
        return &find_table;
    if (strcmp(id, PSA_CHOICES_ID) == 0)
        return &choices_table;
#ifdef FAULT_UPDATES
    if (strcmp(id, PSA_UPDATE_TICKET_ID) == 0)
        return &FAULT_UPDATES;
#endif
    return strcmp(id, PSA_TICKET_ID) == 0 ? &ticket_table : NULL;
}
