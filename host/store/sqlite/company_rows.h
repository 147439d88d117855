#pragma once

#include "host/store/sqlite/sqlite_context.h"
#include "host/ticket/ticket.h"

#include <map>
#include <string>
#include <vector>

namespace psa::host {

// See StoreReader and StoreWriter.

std::string companyLabel(SqliteContext &context, const std::string &connection, const std::string &company);
std::vector<std::string> unlabelledCompanies(SqliteContext &context, const std::string &connection, std::size_t max);
void wantCompanyLabel(SqliteContext &context, const std::string &connection, const std::string &company);
/// Notes a company that a ticket names, to be labelled; its label, "" if it is not known.
std::string noteCompany(SqliteContext &context, std::int64_t connectionId, const std::string &company);
void labelCompanies(SqliteContext &context, const std::string &connection,
                    const std::map<std::string, std::string> &labels);
void giveUpCompanies(SqliteContext &context, const std::string &connection, const std::vector<std::string> &companies,
                     bool forGood);

/// Fills in what people call a ticket: the title of its request, its company and the company's label; and says so where its
/// documents cannot be read.
void describeTicket(SqliteContext &context, StoredTicket &ticket);
/// Fills in the company and its label alone.
void describeCompany(SqliteContext &context, StoredTicket &ticket);

} // namespace psa::host
