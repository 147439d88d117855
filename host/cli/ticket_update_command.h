#pragma once

#include "host/cli/session.h"
#include "host/service/update_request.h"

#include <Poco/JSON/Array.h>

#include <iosfwd>
#include <map>
#include <string>

namespace psa::cli {

/// Options of `psa-host ticket note|set|resolve|reopen`.
struct UpdateOptions
{
    std::string ticket;                        ///< Number or reference.
    std::string connection;                    ///< Not possible: these commands are for tickets in the store.
    std::map<std::string, std::string> values; ///< "status" and the like; blank = not given.
    std::string text;                          ///< Of the note; blank = not given.
    std::string textFile;                      ///< A file with it; "-" = standard input.
    bool isPublic = false;
    bool isInternal = false;
    bool resolution = false; ///< The note says how the trouble was resolved.
    bool notify = false;
    bool ifUntouched = false;
    std::string key;
    bool dryRun = false;
    int wait = 30; ///< In seconds.
};

/// `psa-host ticket note|set|resolve|reopen`. Returns an ExitCode.
int updateTicket(const config::HostConfig &config, service::Update update, const UpdateOptions &options, bool json,
                 const Streams &streams);

/// Prints notes and changes of a ticket, as the API shows them.
void printOperations(const Poco::JSON::Array &operations, std::ostream &out);
/// Prints withheld requests of a dry run, as the API shows them. Returns an ExitCode.
int printWithheld(const Poco::JSON::Object &answer, bool json, const Streams &streams);
/// What a ticket, note or change waits for, as the API shows it; "" = nothing.
std::string waitText(const Poco::JSON::Object &view);

} // namespace psa::cli
