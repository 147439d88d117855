#include "host/store/search_words.h"

#include "host/store/store_error.h"

#include <Poco/Ascii.h>
#include <Poco/UTF8String.h>

#include <algorithm>
#include <sstream>

namespace psa::store {
namespace {

/// Shorter words would be found nearly everywhere.
constexpr std::size_t minPartBytes = 3;

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char each) { return Poco::Ascii::isAscii(each); });
}

/// A space that people do not see as one, but that comes along when they copy text.
void replaceHardSpaces(std::string &text)
{
    constexpr std::string_view hardSpace = "\xC2\xA0";
    for (auto at = text.find(hardSpace); at != std::string::npos; at = text.find(hardSpace, at))
        text.replace(at, hardSpace.size(), " ");
}

} // namespace

std::string foldForSearch(std::string_view text)
{
    std::string folded(text);
    if (!isAscii(text))
    {
        folded = Poco::UTF8::toLower(folded);
        replaceHardSpaces(folded);
    }
    for (char &each : folded)
    {
        constexpr char firstVisible = 0x20;
        constexpr char deleteCharacter = 0x7F;
        if ((each >= 0 && each < firstVisible) || each == deleteCharacter)
            each = ' ';
        else if (each >= 'A' && each <= 'Z')
            each = static_cast<char>(each - 'A' + 'a');
    }
    return folded;
}

bool isWordByte(char byte)
{
    return !Poco::Ascii::isAscii(byte) || Poco::Ascii::isAlphaNumeric(byte);
}

SearchWords::SearchWords(const std::string &text)
{
    if (text.size() > maxSearchBytes)
        throw StoreError(StoreError::Kind::invalid, "the search text has " + std::to_string(text.size()) +
                                                        " bytes; it may have at most " +
                                                        std::to_string(maxSearchBytes));
    std::istringstream stream(foldForSearch(text));
    for (std::string word; std::getline(stream, word, ' ');)
        if (!word.empty() && std::find(words_.begin(), words_.end(), word) == words_.end())
            words_.push_back(word);
}

bool SearchWords::isIn(const std::string &word, std::string_view folded)
{
    for (auto at = folded.find(word); at != std::string_view::npos; at = folded.find(word, at + 1))
        if (word.size() >= minPartBytes || at == 0 || !isWordByte(folded[at - 1]))
            return true;
    return false;
}

bool SearchWords::match(const ticket::StoredTicket &listed) const
{
    const std::string texts = searchedTexts(listed) + foldForSearch(listed.companyLabel);
    const std::string reference = foldForSearch(listed.reference);
    return std::all_of(words_.begin(), words_.end(),
                       [&](const std::string &word) { return word == reference || isIn(word, texts); });
}

std::string searchedTexts(const ticket::StoredTicket &listed)
{
    return ' ' + foldForSearch(listed.title) + ' ' + foldForSearch(listed.company) + ' ' + foldForSearch(listed.key) +
           ' ' + foldForSearch(listed.outcome.number) + ' ';
}

} // namespace psa::store
