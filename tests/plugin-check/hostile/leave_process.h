/* For plugins that leave processes: each writes its number where the test will look for it, and stays. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static void tell_number(void)
{
    const char *path = getenv("PSA_CHECK_TEST_FILE");
    const int file = path != NULL ? open(path, O_WRONLY | O_APPEND) : -1;
    if (file < 0)
        return;
    dprintf(file, "%d\n", (int)getpid());
    close(file);
}

/* Leaves one process that has told its number by the time this returns. `daemon`: it has no parent of ours. */
static void leave_process(int daemon)
{
    int told[2];
    char byte = 0;
    if (pipe(told) != 0)
        return;
    if (fork() == 0)
    {
        setsid();
        if (daemon && fork() != 0)
            _exit(0);
        tell_number();
        if (write(told[1], &byte, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(told[1]);
    if (read(told[0], &byte, 1) == 1)
        close(told[0]);
}
