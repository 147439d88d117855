#pragma once

#include "host/net/http_types.h"

#include <string>
#include <utility>
#include <vector>

namespace psa::check {

class CheckContext;

/// Texts that plugins and PSAs tend to lose or damage.
struct Texts
{
    const char *name;
    std::string title;
    std::string description; ///< Also for the text of a note.
};

std::vector<Texts> difficultTexts();

/// `text` as often as it fits into `bytes`.
std::string repeated(const std::string &text, std::size_t bytes);

/// Fails the check unless each text of `wanted`, named by what it is, reaches the PSA in `request`. `warned`: the result
/// has a warning, so it may be truncated. `name`: of the texts.
void checkArrival(CheckContext &context, const std::string &name,
                  const std::vector<std::pair<const char *, std::string>> &wanted, const net::HttpRequest &request,
                  bool warned);

} // namespace psa::check
