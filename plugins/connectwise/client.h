#pragma once

#include "api_error.h"
#include "company_info.h"
#include "configuration.h"

#include "common/json.h"
#include "common/kept_values.h"

#include <optional>
#include <string>

namespace psa::plugins::connectwise {

class Search;

/// ConnectWise's REST API for the duration of one call. Every function throws psa::Error with the meaning of the
/// response.
class Client
{
public:
    /// `call` and `configuration` must outlive it.
    Client(psa::Host host, psa::Call &call, const Configuration &configuration)
        : host_(host), call_(call), configuration_(configuration), kept_(host, call)
    {
    }

    /// The address of the company's API; determined at first use.
    const CompanyInfo &company();
    /// Looks the company up again even if it is cached.
    void renewCompany();

    /// Reads one record, such as "system/info".
    Object::Ptr get(const std::string &path);
    /// The rows under `path` ("service/boards/1/statuses") that match. A response that is not a list is an error, never
    /// "none".
    Array::Ptr rows(const std::string &path, const Search &search);
    /// Like rows(), page by page, each id once.
    Array::Ptr allRows(const std::string &path, Search search);
    /// Like allRows(), for a search whose "none" must be certain: each row has an id, and none is missing. Throws
    /// psa::Error(PSA_UNAVAILABLE) otherwise.
    Array::Ptr everyRow(const std::string &path, Search search);

    // The changing requests, of which a call may send one.

    /// Creates one record under `path` and returns it in its new state. `effect`: what that does.
    Object::Ptr post(const std::string &path, const Object &fields, Effect effect);
    /// Changes one ticket by `operations` of JSON Patch and returns it in its new state.
    Object::Ptr patch(const std::string &path, const Array &operations);
    /// Deletes one note.
    void remove(const std::string &path);

    std::string ticketUrl(const std::string &id) const { return connectwise::ticketUrl(configuration_, id); }
    /// Values that other instances of the connection share.
    KeptValues &kept() { return kept_; }
    psa::Call &call() { return call_; }
    const Configuration &configuration() const { return configuration_; }

private:
    struct Answer
    {
        psa::HttpResponse response;
        Exchange exchange;
    };
    Answer exchange(const std::string &method, const std::string &path, const std::string &body, Effect effect);
    psa::HttpResponse sendOnce(const std::string &method, const std::string &path, const std::string &body,
                               Effect effect);
    bool moved();

    psa::Host host_;
    psa::Call &call_;
    const Configuration &configuration_;
    KeptValues kept_;
    std::optional<CompanyInfo> company_;
};

} // namespace psa::plugins::connectwise
