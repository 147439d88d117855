#include "sandbox/common/limits.h"

#include <algorithm>

namespace psa::sandbox {

class ThreadLimit::Held : public Slot
{
public:
    Held(ThreadLimit &limit, std::string key) : limit_(limit), key_(std::move(key)) {}
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;
    ~Held() override
    {
        const std::lock_guard lock(limit_.mutex_);
        --limit_.now_[key_];
    }

private:
    ThreadLimit &limit_;
    std::string key_;
};

std::unique_ptr<Slot> ThreadLimit::take(const std::string &key, std::int64_t most)
{
    const std::lock_guard lock(mutex_);
    std::int64_t &now = now_[key];
    if (most != 0 && now >= most)
        return {};
    most_ = std::max(most_, ++now);
    return std::make_unique<Held>(*this, key);
}

std::int64_t ThreadLimit::maxAtOnce() const
{
    const std::lock_guard lock(mutex_);
    return most_;
}

void ThreadLimit::clear()
{
    const std::lock_guard lock(mutex_);
    most_ = 0;
}

void RollingCount::forget() const
{
    const auto from = clock_.now() - window_;
    while (!calls_.empty() && calls_.front() < from)
        calls_.pop_front();
}

void RollingCount::add()
{
    const std::lock_guard lock(mutex_);
    calls_.push_back(clock_.now());
    forget();
}

std::int64_t RollingCount::count() const
{
    const std::lock_guard lock(mutex_);
    forget();
    return static_cast<std::int64_t>(calls_.size());
}

void RollingCount::clear()
{
    const std::lock_guard lock(mutex_);
    calls_.clear();
}

} // namespace psa::sandbox
