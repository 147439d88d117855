/* The layout of what ABI 1.1 adds, on 64-bit, in numbers. Today's headers must keep it. */
#include <psa/secrets.h>
#include <psa/update_ticket.h>

#include <stddef.h>

#define AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define SIZE(type, size) _Static_assert(sizeof(type) >= (size), #type " has shrunk")

SIZE(psa_update_ticket, 56);
AT(psa_update_ticket, struct_size, 0);
AT(psa_update_ticket, reserved0, 4);
AT(psa_update_ticket, describe, 8);
AT(psa_update_ticket, add_note, 16);
AT(psa_update_ticket, find_note, 24);
AT(psa_update_ticket, change, 32);
AT(psa_update_ticket, activity, 40);
AT(psa_update_ticket, remove_note, 48);

SIZE(psa_secrets, 32);
AT(psa_secrets, struct_size, 0);
AT(psa_secrets, reserved0, 4);
AT(psa_secrets, learn, 8);
AT(psa_secrets, keep, 16);
AT(psa_secrets, get, 24);
