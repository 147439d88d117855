/* Stands in for a library of another system when a plugin is linked; nothing here is ever run. */
#define SHOWN __attribute__((visibility("default")))

SHOWN int from_the_future(void);
int from_the_future(void)
{
    return 1;
}

#ifdef STANDS_FOR_LIBC
/* What the plugin takes from libc, of which the linker takes one alone. */
SHOWN void calloc(void);
void calloc(void) {}
SHOWN void free(void);
void free(void) {}
SHOWN void memset(void);
void memset(void) {}
SHOWN void strlen(void);
void strlen(void) {}
SHOWN void strcmp(void);
void strcmp(void) {}
#endif
