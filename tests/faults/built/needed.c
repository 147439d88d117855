int needed_value(void);
int needed_value(void)
{
    return 1;
}
