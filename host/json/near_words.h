#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace psa::json {

// What somebody may have meant who wrote a word that does not exist.

/// Edit distance: the number of bytes to change, add, remove or swap with a neighbour to turn one into the other.
std::size_t editDistance(std::string_view one, std::string_view other);

/// Those of `known` that resemble `word`, the most similar first, at most `most`: without regard to case, they contain
/// it, are contained in it, or differ in few bytes. Only the first 64 bytes of each are compared.
std::vector<std::string> nearWords(const std::string &word, const std::vector<std::string> &known,
                                   std::size_t most = 3);

/// " Similar: \"a\", \"b\"." for an error message; "" if nothing is similar.
std::string similarText(const std::string &word, const std::vector<std::string> &known);

} // namespace psa::json
