#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace psa::alerts {

/// An invalid notification, or invalid settings for notifications; what() says what is wrong and where.
class AlertsRefused : public std::runtime_error
{
public:
    /// `document`: the rejected thing, the start of a sentence; `problem`: the end of a sentence that starts with the
    /// location.
    AlertsRefused(std::string pointer, const std::string &document, std::string problem)
        : std::runtime_error(document + ": " + pointer + (pointer.empty() ? "" : " ") + problem + "."),
          pointer_(std::move(pointer)), problem_(std::move(problem))
    {
    }
    const std::string &pointer() const { return pointer_; } ///< A JSON pointer into the document.
    const std::string &problem() const { return problem_; } ///< Such as "is not a string".

private:
    std::string pointer_;
    std::string problem_;
};

using AlertTexts = std::map<std::string, std::string>;

struct Alert
{
    bool firing = true;
    AlertTexts labels;
    AlertTexts annotations;
    std::string startsAt; ///< As sent by the source.
    std::string endsAt;
    std::string generatorUrl;
    std::string fingerprint; ///< Hash of its labels.
};

/// One notification: an alert group and its current state.
struct AlertGroup
{
    std::string key;        ///< The source's name of the group; the same in all its notifications.
    bool firing = true;     ///< At least one of its alerts is firing.
    AlertTexts labels;      ///< Those it is grouped by, and those common to all its alerts.
    AlertTexts annotations; ///< Those common to all its alerts.
    std::string externalUrl;
    std::size_t truncated = 0; ///< This many more alerts were left out.
    std::vector<Alert> alerts;

    /// One text per firing alert, which stays the same while it fires.
    std::set<std::string> firingAlerts() const;
};

/// The payload of Alertmanager's webhook, version 4. Throws AlertsRefused for anything else.
AlertGroup parseAlertmanager(std::string_view body);

} // namespace psa::alerts
