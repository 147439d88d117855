#pragma once

#include <random>
#include <string>

namespace psa::check {

/// Makes texts that nobody expects out of good ones. What it does depends only on the generator that it gets, so
/// a seed gives the same text on every machine.
class JsonMutator
{
public:
    explicit JsonMutator(std::mt19937_64 &random) : random_(random) {}

    /// `text` with one to four changes: a value replaced, removed, doubled or made huge or deep; now and then bytes
    /// flipped, cut or put in, so that it is not JSON any more.
    std::string mutate(std::string text);

    /// A number from 0 to `below` - 1; 0 if there is none.
    std::size_t pick(std::size_t below) { return below == 0 ? 0 : static_cast<std::size_t>(random_() % below); }

private:
    void changeValue(std::string &text);
    void changeBytes(std::string &text);
    std::string oddValue();

    std::mt19937_64 &random_;
};

} // namespace psa::check
