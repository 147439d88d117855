#pragma once

#include "host/store/store.h"

#include <atomic>
#include <memory>
#include <utility>

namespace psa::test {

/// A shared store that can be cut off from its host.
class FarStore : public store::Store
{
public:
    explicit FarStore(std::unique_ptr<store::Store> store) : store_(std::move(store)) {}

    const store::OpenReport &openReport() const override { return store_->openReport(); }
    void backup(const std::filesystem::path &file) override { store_->backup(file); }
    store::StoreHealth health() override { return store_->health(); }
    bool isShared() const override { return true; }
    void onChange(ChangeListener listener) override { store_->onChange(std::move(listener)); }

    std::atomic<bool> reachable{true};
    std::atomic<bool> losesCommits{false}; ///< Writes are done, and the host does not learn it.

protected:
    void doRead(const ReadWork &work) override
    {
        check();
        store_->read([&](const store::StoreReader &reader) { work(reader); });
    }
    void doWrite(const WriteWork &work) override
    {
        check();
        store_->write([&](store::StoreWriter &writer) { work(writer); });
        if (!losesCommits)
            return;
        store::StoreError error(store::StoreError::Kind::unavailable, "the test has lost the answer to COMMIT");
        error.perhapsDone = true;
        throw error;
    }

private:
    void check() const
    {
        if (!reachable)
            throw store::StoreError(store::StoreError::Kind::unavailable, "the test has cut the store off");
    }

    std::unique_ptr<store::Store> store_;
};

} // namespace psa::test
