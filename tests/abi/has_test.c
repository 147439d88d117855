/* PSA_HAS never reads beyond what the other side allocated: an older, shorter psa_host ends where unreadable memory
 * begins. */
#include <psa/plugin.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static int check(int holds, const char *what)
{
    if (!holds)
        (void)fprintf(stderr, "FAILED: %s\n", what);
    return holds ? 0 : 1;
}

/* The last `size` bytes before a page that may not be touched; NULL if the system gives none. */
static void *beforeGuardPage(size_t size)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *const pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0)
        return NULL;
    return pages + page - size;
}

/* 1 if reading the member that is not there ends the process, as it must for this test to mean anything. */
static int readingBeyondIsFatal(const psa_host *host)
{
    const pid_t child = fork();
    if (child == 0)
    {
        (void)signal(SIGSEGV, SIG_DFL); /* a sanitizer's handler would print a report */
        const volatile psa_host *const unchecked = host;
        _exit(unchecked->get_extension == NULL ? 0 : 1);
    }
    int status = 0;
    return child > 0 && waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

int main(void)
{
    const size_t older = offsetof(psa_host, get_extension);
    psa_host *const host = beforeGuardPage(older);
    if (host == NULL)
        return check(0, "a guard page could not be made");
    memset(host, 0, older);
    host->struct_size = (uint32_t)older;

    int failed = check(PSA_HAS(psa_host, host, log), "the last member of a short struct is there");
    failed |= check(!PSA_HAS(psa_host, host, get_extension), "a member beyond struct_size is not there");
    host->struct_size = (uint32_t)(older + sizeof(void *) - 1);
    failed |= check(!PSA_HAS(psa_host, host, get_extension), "half a member is not there");
    failed |= check(readingBeyondIsFatal(host), "reading beyond the short struct ends the process");
    return failed;
}
