#pragma once

#include "host/http/message.h"

#include <exception>
#include <string>
#include <vector>

namespace psa::http {

/// One error in a body.
struct FieldProblem
{
    std::string pointer; ///< Its location, as a JSON pointer: "/configuration/siteUrl".
    std::string detail;
};

/// An RFC 9457 problem document, thrown by handlers.
class Problem : public std::exception
{
public:
    /// `slug` identifies the kind for programs and never changes, such as "unknown-connection"; `title` is the same for
    /// all of a kind, `detail` says what is wrong here and what to do.
    Problem(int status, std::string slug, std::string title, std::string detail)
        : status_(status), slug_(std::move(slug)), title_(std::move(title)), detail_(std::move(detail))
    {
    }

    Problem &at(std::string pointer, std::string detail)
    {
        fields_.push_back({std::move(pointer), std::move(detail)});
        return *this;
    }
    Problem &header(std::string name, std::string value)
    {
        headers_.emplace_back(std::move(name), std::move(value));
        return *this;
    }

    /// What is wrong, for the operator's log: more than its sender may know.
    Problem &forOperator(std::string detail)
    {
        forOperator_ = std::move(detail);
        return *this;
    }

    const char *what() const noexcept override { return detail_.c_str(); }
    /// The detail for the operator.
    const std::string &operatorDetail() const { return forOperator_.empty() ? detail_ : forOperator_; }
    int status() const { return status_; }
    const std::string &slug() const { return slug_; }
    const std::vector<FieldProblem> &fields() const { return fields_; }

    ApiResponse toResponse() const;

private:
    int status_;
    std::string slug_;
    std::string title_;
    std::string detail_;
    std::string forOperator_; ///< "" = the same.
    std::vector<FieldProblem> fields_;
    std::vector<std::pair<std::string, std::string>> headers_;
};

/// Thrown instead of a Problem, for a request with `mayAskAgain`, if it names something that this host does not know: another
/// host may have just stored it. The server catches up with the other hosts and asks once more. Nothing was done or counted.
class AskAgain : public std::exception
{
};

/// The problem of a body with more than `most` bytes.
Problem tooLarge(std::size_t most);
/// The problem of a query that is not decodable or not known.
Problem badQuery(std::string detail);

} // namespace psa::http
