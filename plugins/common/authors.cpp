#include "common/authors.h"

#include "common/typed_values.h"

namespace psa::plugins {

void addTouch(psa::Activity &activity, const std::string &what, std::int64_t at, Author author)
{
    if (author == Author::self || author == Author::automation)
        return;
    activity.by.push_back({what, at > 0 ? utcText(at) : ""});
    if (author == Author::human)
        activity.touched = psa::Touched::yes;
    else if (activity.touched == psa::Touched::no)
        activity.touched = psa::Touched::unclear;
}

} // namespace psa::plugins
