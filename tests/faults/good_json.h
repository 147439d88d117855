/* Just enough JSON for the good plugin of the imaginary PSA. Include good_base.h before. */
/* The end of the text in quotes that begins at `at`, or `end` if there is none. */
static const char *end_of_text(const char *at, const char *end)
{
    for (++at; at < end && *at != '"'; ++at)
        if (*at == '\\')
            ++at;
    return at < end ? at : end;
}

/* Is this one object, from its first brace to its last? */
__attribute__((unused)) static int is_object(const char *data, size_t size)
{
    const char *end = data + size;
    int depth = 0;
    if (size == 0 || *data != '{')
        return 0;
    for (; data < end; ++data)
    {
        if (*data == '"' && (data = end_of_text(data, end)) == end)
            return 0;
        depth += (*data == '{' || *data == '[') - (*data == '}' || *data == ']');
        if (depth == 0)
            return data + 1 == end;
    }
    return 0;
}

/* The text "key":"..." as it is written between its quotes, from the last character of `after` on, if that is found;
 * data is NULL if there is none. */
__attribute__((unused)) static psa_str text_at(psa_str json, const char *key, const char *after)
{
    const psa_str none = {NULL, 0};
    const size_t length = strlen(key);
    const char *end = json.data + json.size;
    const char *at = json.data;
    if (after != NULL && (at = (const char *)memmem(json.data, json.size, after, strlen(after))) == NULL)
        return none;
    while (at < end && (at = (const char *)memmem(at, (size_t)(end - at), key, length)) != NULL)
    {
        const char *quote = at + length;
        if (at > json.data && at[-1] == '"' && end - quote > 3 && memcmp(quote, "\":\"", 3) == 0)
            return good_text(quote + 3, (size_t)(end_of_text(quote + 2, end) - quote - 3));
        at = quote;
    }
    return none;
}

/* Letters, digits, spaces and hyphens: what this PSA's ids and labels are made of. */
__attribute__((unused)) static int is_plain(psa_str text)
{
    size_t i;
    for (i = 0; i < text.size; ++i)
        if (text.data[i] != ' ' && text.data[i] != '-' && (text.data[i] < '0' || text.data[i] > '9') &&
            ((text.data[i] | 32) < 'a' || (text.data[i] | 32) > 'z'))
            return 0;
    return text.data != NULL && text.size > 0 && text.size <= 100;
}
