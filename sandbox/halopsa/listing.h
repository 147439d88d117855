#pragma once

#include "sandbox/halopsa/routes.h"

#include <functional>
#include <string>
#include <vector>

namespace psa::sandbox::halopsa {

/// True for "true" and "1".
bool isAsked(const Request &request, const std::string &parameter);

/// Whether `value`, or one of the elements of an array, is the parameter; true if the request does not have it.
bool selects(const Request &request, const std::string &parameter, const Var &value);

/// A part of a list, as the request selects it: with "pageinate" by page_no and page_size, otherwise the first `count`.
struct Page
{
    std::int64_t number = 1;
    std::int64_t size = 50;
    std::int64_t begin = 0; ///< Index of the first row.
};
Page pageIn(const Request &request, const Switches &switches);

/// The page of `rows` as {"record_count", "page_no", "page_size", `wrapper`: [...]}.
Object::Ptr pageOf(const Page &page, const std::string &wrapper, const std::vector<Object::Ptr> &rows);

/// The rows of a table that a reader sees in a list now, the newest first, each as `sent` makes it of its key and values;
/// a null one is left out.
std::vector<Object::Ptr> newestFirst(const Core &core, const char *table,
                                     const std::function<Object::Ptr(std::int64_t key, const Object &values)> &sent);

/// A row as sent: without the members that begin with "_".
Object::Ptr toWire(const Object &values);

} // namespace psa::sandbox::halopsa
