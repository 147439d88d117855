#include "host/json/safe_pattern.h"

#include <re2/re2.h>

#include <stdexcept>

namespace psa::json {
namespace {

re2::RE2::Options safeOptions(SafePattern::Dot dot)
{
    re2::RE2::Options options;
    options.set_dot_nl(dot == SafePattern::Dot::any);
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    return options;
}

} // namespace

struct SafePattern::Impl
{
    re2::RE2 compiled;
    Impl(const std::string &pattern, Dot dot) : compiled(pattern, safeOptions(dot)) {}
};

SafePattern::SafePattern(const std::string &pattern, Dot dot) : impl_(std::make_shared<Impl>(pattern, dot))
{
    if (!impl_->compiled.ok())
        throw std::runtime_error("the pattern \"" + pattern + "\" is not RE2: " + impl_->compiled.error());
}

bool SafePattern::matches(std::string_view text) const
{
    return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), impl_->compiled);
}

bool SafePattern::matchesWhole(std::string_view text) const
{
    return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), impl_->compiled);
}

} // namespace psa::json
