/* Three releases of one plugin: 1.0.0; 1.1.0, in which RELEASE_NARROWED takes back what the first promised; and 2.0.0,
 * which may. */
#include "tests/faults/good_base.h"

#ifdef RELEASE_NARROWED
#define FIELDS                                                                                                         \
    "\"url\":{\"type\":\"string\",\"title\":\"URL\",\"description\":\"d\"},"                                           \
    "\"key\":{\"type\":\"string\",\"title\":\"Key\",\"description\":\"d\",\"maxLength\":10}"
#else
#define FIELDS "\"key\":{\"type\":\"string\",\"title\":\"Key\",\"description\":\"d\",\"maxLength\":20}"
#endif
#define FAULT_DESCRIPTOR DESCRIPTOR(FORM(FIELDS), "")

#include "tests/faults/good_rest.h"
