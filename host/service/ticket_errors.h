#pragma once

#include "host/plugin/form.h"
#include "host/ticket/transitions.h"

#include <stdexcept>
#include <string>
#include <vector>

namespace psa::service {

// Why the service rejects a request, in addition to ActionNotAllowed. what() says what was wrong and what to do next.

/// Missing or wrong fields of a ticket, each with where to set it.
class TicketRefused : public std::runtime_error
{
public:
    explicit TicketRefused(std::vector<plugin::FieldError> wrong);
    const std::vector<plugin::FieldError> &fields() const { return fields_; }

private:
    std::vector<plugin::FieldError> fields_;
};

/// All their messages, concatenated.
std::string listOf(const std::vector<plugin::FieldError> &errors);

/// The key was used before, for another ticket, or for another note or change of the same ticket.
class KeyTaken : public std::runtime_error
{
public:
    explicit KeyTaken(const ticket::StoredTicket &earlier);
    explicit KeyTaken(const ticket::StoredOperation &earlier);
};

/// No ticket has this number or reference.
class UnknownTicket : public std::runtime_error
{
public:
    explicit UnknownTicket(const std::string &name);
};

/// The stored data of a ticket cannot be read.
class TicketDamaged : public std::runtime_error
{
public:
    TicketDamaged(const ticket::StoredTicket &ticket, const std::string &damage);
};

/// The plugin of the ticket's connection cannot update tickets in this way.
class UpdateNotSupported : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// A value given by a human is not accepted.
class ValueRefused : public std::runtime_error
{
public:
    /// `field`: its location, with "/" before each name; `problem`: a short form of what().
    ValueRefused(std::string field, std::string problem, const std::string &what)
        : std::runtime_error(what), field_(std::move(field)), problem_(std::move(problem))
    {
    }
    const std::string &field() const { return field_; }
    const std::string &problem() const { return problem_; }

private:
    std::string field_;
    std::string problem_;
};

} // namespace psa::service
