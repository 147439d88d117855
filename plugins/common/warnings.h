#pragma once

#include "common/json.h"

#include <string>

namespace plugins {

/// What the operator should know although it worked: the "warnings" of a result.
class Warnings
{
public:
    void add(const std::string &message, const std::string &field = {}, const std::string &hint = {})
    {
        Object::Ptr one = new Object;
        one->set("message", message);
        if (!field.empty())
            one->set("field", field);
        if (!hint.empty())
            one->set("hint", hint);
        all_->add(one);
    }

    /// Writes them into `result`, if there are any. At most 50, as the schema has it.
    void into(Object &result) const
    {
        if (all_->size() > 0)
            result.set("warnings", all_);
    }

private:
    Array::Ptr all_ = new Array;
};

} // namespace plugins
