#include "sandbox/connectwise/condition_tokens.h"

#include "sandbox/common/json_tools.h"
#include "sandbox/connectwise/api_error.h"

#include <Poco/Ascii.h>

#include <algorithm>

namespace psa::sandbox::connectwise {
namespace {

using Kind = Token::Kind;

class Reader
{
public:
    explicit Reader(const std::string &text) : text_(text) {}

    Token next()
    {
        while (at_ < text_.size() && Poco::Ascii::isSpace(text_[at_]))
            ++at_;
        if (at_ == text_.size())
            return {Kind::end, "", at_ + 1};
        const char c = text_[at_];
        if (c == '"' || c == '\'')
            return quoted(c);
        if (c == '[')
            return date();
        if (Poco::Ascii::isDigit(c) || c == '-')
            return run(Kind::number, [](char d) { return Poco::Ascii::isDigit(d) || d == '.' || d == '-'; });
        if (Poco::Ascii::isAlpha(c) || c == '_')
            return run(Kind::word, [](char d) { return Poco::Ascii::isAlphaNumeric(d) || d == '_' || d == '/'; });
        return symbol();
    }

private:
    template <typename Belongs>
    Token run(Kind kind, Belongs belongs)
    {
        const std::size_t begin = at_;
        while (at_ < text_.size() && belongs(text_[at_]))
            ++at_;
        return {kind, text_.substr(begin, at_ - begin), begin + 1};
    }

    Token quoted(char quote)
    {
        Token token{Kind::text, "", at_ + 1};
        for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_)
        {
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                ++at_;
            token.text += text_[at_];
        }
        if (at_ == text_.size())
            refuseCondition("the text that begins at position " + std::to_string(token.at) + " has no end");
        ++at_;
        return token;
    }

    Token date()
    {
        const std::size_t end = text_.find(']', at_);
        if (end == std::string::npos)
            refuseCondition("the date that begins at position " + std::to_string(at_ + 1) + " has no end");
        Token token{Kind::date, text_.substr(at_ + 1, end - at_ - 1), at_ + 1};
        at_ = end + 1;
        return token;
    }

    Token symbol()
    {
        for (const std::string symbol : {"!=", "<=", ">=", "=", "<", ">", "(", ")", ","})
            if (text_.compare(at_, symbol.size(), symbol) == 0)
            {
                at_ += symbol.size();
                return {Kind::symbol, symbol, at_ - symbol.size() + 1};
            }
        refuseCondition("there is an unexpected '" + text_.substr(at_, 1) + "' at position " + std::to_string(at_ + 1));
    }

    const std::string &text_;
    std::size_t at_ = 0;
};

} // namespace

bool Token::isWord(const std::string &word) const
{
    return kind == Kind::word && equalNoCase(text, word);
}

std::vector<Token> conditionTokens(const std::string &text)
{
    Reader reader(text);
    std::vector<Token> tokens;
    do
        tokens.push_back(reader.next());
    while (tokens.back().kind != Kind::end);
    return tokens;
}

void refuseCondition(const std::string &why)
{
    throw ApiError{400, "ApiFindCondition",
                   "The conditions could not be read: " + why +
                       ". Texts must be in quotes (summary = \"Printer\"), dates and times in square brackets "
                       "(lastUpdated > [2016-08-20T18:04:26Z]), whole numbers, decimals, true, false and null by "
                       "themselves, lists in parentheses (id in (1,2,3)); conditions are joined by and, or."};
}

} // namespace psa::sandbox::connectwise
