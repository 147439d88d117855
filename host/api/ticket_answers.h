#pragma once

#include "host/api/api_parts.h"
#include "host/service/submission.h"

#include <Poco/JSON/Object.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace psa::api {

/// Responses about tickets, and their notes and changes.
class TicketAnswers
{
public:
    explicit TicketAnswers(ApiParts parts) : parts_(std::move(parts)) {}

    /// A ticket with everything that is known of it. Throws StoreError.
    http::ApiResponse whole(const ticket::StoredTicket &ticket) const;

    // The responses to durable changes. No later failure may turn them into errors, because the client would then repeat
    // the request: what cannot be read is left out. They do not read the store.

    http::ApiResponse durable(const ticket::StoredTicket &ticket, int status = 200) const;
    http::ApiResponse durable(const service::AcceptedUpdate &update) const;
    http::ApiResponse durable(const ticket::StoredOperation &operation, const ticket::StoredTicket &ticket) const;

private:
    std::optional<service::Situation> situationIfKnown(const std::string &connection) const;
    Poco::JSON::Object::Ptr viewOfDurable(const ticket::StoredTicket &ticket,
                                          const std::optional<service::Situation> &situation) const;

    ApiParts parts_;
};

/// The value of "wait=N" in the header Prefer, which may be one of several preferences; 0 = do not wait.
std::chrono::seconds patienceOf(const http::ApiRequest &request);

/// The header Idempotency-Key, or `member`, the key in the body; "" = none.
std::string keyOf(const http::ApiRequest &request, const std::string &member);

/// The response to a submission, once it is stored or settled.
template <class Stored>
class SubmissionAnswer final : public http::PendingAnswer
{
public:
    /// `answer` creates the response for what is durable, on the server's thread.
    using Answer = std::function<http::ApiResponse(const Stored &)>;

    SubmissionAnswer(std::shared_ptr<service::Submission<Stored>> submission, std::chrono::seconds patience,
                     Answer answer)
        : submission_(std::move(submission)), patience_(patience), answer_(std::move(answer))
    {
    }

    void start(Take take) override
    {
        submission_->start(
            [take = std::move(take), answer = answer_](typename service::Submission<Stored>::Result result) {
                take([answer, result = std::move(result)] { return answer(result()); });
            });
    }
    void respondNow() override { submission_->respondNow(); }
    std::chrono::milliseconds patience() const override { return patience_; }

private:
    const std::shared_ptr<service::Submission<Stored>> submission_;
    const std::chrono::seconds patience_;
    const Answer answer_;
};

} // namespace psa::api
