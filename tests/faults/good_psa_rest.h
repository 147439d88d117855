/* The rest of the good plugin for the imaginary PSA: what a fault did not define itself. Included at its end. */
#ifndef FAULT_LIMITS
#define FAULT_LIMITS "\"limits\":{\"instances\":2,\"requests\":[{\"max\":1000,\"windowSeconds\":3600}]}"
#endif
#ifndef FAULT_DESCRIPTOR
#define FAULT_DESCRIPTOR                                                                                               \
    "{\"descriptorVersion\":1,\"id\":\"" PSA_PLUGIN_ID "\",\"version\":\"" PSA_PLUGIN_VERSION                          \
    "\",\"name\":\"Imaginary\",\"vendor\":\"Tests\",\"allowedHosts\":[\"psa.example.com\"],"                           \
    "\"extensions\":[\"psa.find-ticket/1\",\"psa.choices/1\",\"psa.ticket/1\",\"psa.update-ticket/1\"],"               \
    "\"configuration\":{\"type\":\"object\",\"required\":[\"apiKey\"],\"properties\":{\"apiKey\":{"                    \
    "\"type\":\"string\",\"title\":\"API key\",\"description\":\"From the PSA's own page of keys.\","                  \
    "\"secret\":true,\"maxLength\":200}}},"                                                                            \
    "\"ticketDefaults\":{\"type\":\"object\",\"properties\":{\"queue\":{\"type\":\"string\",\"title\":\"Queue\","      \
    "\"description\":\"Where the ticket goes.\",\"choices\":\"queues\"}}},"                                            \
    "\"reference\":{\"field\":\"reference\",\"maxLength\":40,\"findIsConsistent\":true,\"quietSeconds\":60}"           \
    "," FAULT_LIMITS "}"
#endif

#ifndef FAULT_CREATE
#define FAULT_CREATE psa_create
#endif

#ifndef FAULT_CONFIGURE
#define FAULT_CONFIGURE psa_configure
#endif

#ifndef FAULT_TEST
#define FAULT_TEST psa_test
#endif

#ifndef FAULT_CREATE_TICKET
#define FAULT_CREATE_TICKET psa_create_ticket
#endif

#ifndef FAULT_FIND
#define FAULT_FIND psa_find
#endif

#ifndef FAULT_LIST
#define FAULT_LIST psa_list
#endif

#ifndef FAULT_READ
#define FAULT_READ psa_read
#endif

#ifndef FAULT_DESCRIBE_UPDATES
#define FAULT_DESCRIBE_UPDATES psa_describe_updates
#endif

#ifndef FAULT_ADD_NOTE
#define FAULT_ADD_NOTE psa_add_note
#endif

#ifndef FAULT_FIND_NOTE
#define FAULT_FIND_NOTE psa_find_note
#endif

#ifndef FAULT_CHANGE
#define FAULT_CHANGE psa_change
#endif

#ifndef FAULT_ACTIVITY
#define FAULT_ACTIVITY psa_activity
#endif

#ifndef FAULT_REMOVE_NOTE
#define FAULT_REMOVE_NOTE psa_remove_note
#endif

#ifndef FAULT_GET_EXTENSION
#include "tests/faults/good_updates.h"
#define FAULT_UPDATES good_updates
#include "tests/faults/good_extensions.h"
#endif

#include "tests/faults/good_rest.h"
