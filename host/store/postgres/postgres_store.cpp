#include "host/store/postgres_store.h"

#include "host/store/open_report.h"
#include "host/store/postgres/change_poller.h"
#include "host/store/postgres/postgres_groups.h"
#include "host/store/postgres/postgres_migrations.h"

#include <thread>

namespace psa::store {
namespace {

/// The store that the work of this thread belongs to; nullptr = it does no work of one.
thread_local const void *workOf = nullptr;

/// One side of the store, reading or writing: a connection and the thread that uses it.
class PostgresSide
{
public:
    PostgresSide(PostgresReach &reach, const std::string &schema)
        : database_({schema, reach.synchronousCommit(), reach.settings().random}),
          session_(database_, reach.settings().clock), link_(reach, database_)
    {
        link_.connect();
    }

    PostgresDatabase &database() { return database_; }
    PostgresSession &session() { return session_; }
    PostgresLink &link() { return link_; }

private:
    PostgresDatabase database_;
    PostgresSession session_;
    PostgresLink link_;
};

/// Reads of one batch share a snapshot. One that fails is done again, by itself.
class PostgresReads
{
public:
    explicit PostgresReads(PostgresSide &side) : side_(side) {}

    void serve(const OwnerThread::Jobs &jobs)
    {
        for (std::size_t done = 0; done < jobs.size();)
            try
            {
                side_.link().connectIfLost();
                done = serveFrom(jobs, done);
            }
            catch (const StoreError &)
            {
                for (; done < jobs.size(); ++done)
                    jobs[done]->done(std::current_exception());
            }
            catch (const PostgresError &error)
            {
                done += afterFailure(*jobs[done], error) ? 1 : 0;
            }
    }

private:
    /// Returns how many are done. Throws PostgresError for the one behind them.
    std::size_t serveFrom(const OwnerThread::Jobs &jobs, std::size_t from)
    {
        side_.database().begin(PostgresDatabase::Access::read);
        side_.session().begin();
        std::size_t done = from;
        for (bool usable = true; usable && done < jobs.size(); ++done)
        {
            std::exception_ptr failure;
            try
            {
                jobs[done]->work(side_.session());
            }
            catch (const PostgresError &error)
            {
                if (done == from)
                    throw;
                break; // in a transaction of its own
            }
            catch (...)
            {
                failure = std::current_exception();
                usable = !side_.database().hasFailed();
            }
            tries_ = 0;
            jobs[done]->done(failure);
        }
        side_.database().rollback();
        return done;
    }

    /// Returns whether the caller was told; otherwise it is tried again.
    bool afterFailure(const StoreJob &job, const PostgresError &error)
    {
        constexpr int mostTries = 3;
        side_.database().rollback();
        try
        {
            if (error.isOfPooledStatements() && !side_.database().isUnnamed())
                side_.link().useUnnamed();
            else if (error.isLost() && ++tries_ < mostTries)
                side_.link().reconnect(error);
            else
                throw toStoreError(error);
            return false;
        }
        catch (const StoreError &)
        {
            tries_ = 0;
            job.done(std::current_exception());
            return true;
        }
    }

    PostgresSide &side_;
    int tries_ = 0;
};

class PostgresStore final : public Store
{
public:
    PostgresStore(const PostgresStoreSettings &settings, const std::string &synchronousCommit, bool created)
        : reach_(settings, synchronousCommit), writing_(reach_, settings.schema), reading_(reach_, settings.schema),
          owner_(secrets::randomHex(settings.random, 16)),
          groups_(writing_.database(), writing_.session(), writing_.link(), owner_), reads_(reading_),
          writer_(
              settings.queueLimit, settings.groupLimit, [this](const OwnerThread::Jobs &jobs) { serveWrites(jobs); },
              [] { return false; }),
          reader_(
              settings.queueLimit, settings.groupLimit, [this](const OwnerThread::Jobs &jobs) { serveReads(jobs); },
              [] { return false; }),
          poller_(reach_, owner_, [this](const StoreChange &change) { tell(change); })
    {
        report_.created = created;
        try
        {
            lookInto();
        }
        catch (...)
        {
            reach_.end(); // the destructor does not run, and the poller would wait for ever
            throw;
        }
    }

    ~PostgresStore() override { reach_.end(); }
    PostgresStore(const PostgresStore &) = delete;
    PostgresStore &operator=(const PostgresStore &) = delete;

    const OpenReport &openReport() const override { return report_; }
    bool isShared() const override { return true; }

    void backup(const std::filesystem::path &) override
    {
        refuseInside();
        throw StoreError(StoreError::Kind::invalid,
                         "the store is in PostgreSQL: back it up there, with pg_dump or a base backup");
    }

    StoreHealth health() override
    {
        refuseInside();
        try
        {
            if (!isWritable())
                owner([this] { probe(); });
        }
        catch (const StoreError &error)
        {
            return {false, error.what()};
        }
        return {};
    }

    void onChange(ChangeListener listener) override
    {
        refuseInside();
        {
            const std::lock_guard lock(listenerMutex_);
            listener_ = std::move(listener);
        }
        // When these return, the callers in the same group have been notified.
        owner([] {});
        reader_.run(StoreJob::Kind::read, [](StoreWriter &) {});
    }

    void catchUp(CaughtUp done) override { poller_.catchUp(std::move(done)); }

protected:
    // NOLINTBEGIN(clang-analyzer-cplusplus.NewDeleteLeaks): a std::function owns what it allocates
    void doRead(const ReadWork &work) override
    {
        refuseInside();
        reader_.run(StoreJob::Kind::read, asJob([&work](StoreWriter &writer) { work(writer); }));
    }
    void doWrite(const WriteWork &work) override
    {
        refuseInside();
        writer_.run(StoreJob::Kind::write, asJob(work));
    }
    void doWriteAsking(const WriteWork &work, const WriteWork &ask) override
    {
        refuseInside();
        writer_.run(StoreJob::Kind::write, asJob(work), asJob(ask));
    }
    void doReadLater(ReadWork work, const Then &then) override
    {
        post(reader_,
             {StoreJob::Kind::read, asJob([work = std::move(work)](StoreWriter &writer) { work(writer); }), then});
    }
    void doWriteLater(WriteWork work, const Then &then) override
    {
        post(writer_, {StoreJob::Kind::write, asJob(std::move(work)), then});
    }
    void doWriteLaterAsking(WriteWork work, const WriteWork &ask, const Then &then) override
    {
        post(writer_, {StoreJob::Kind::write, asJob(std::move(work)), then, asJob(ask)});
    }
    // NOLINTEND(clang-analyzer-cplusplus.NewDeleteLeaks)

private:
    /// Notes on its thread that the work belongs to this store.
    WriteWork asJob(WriteWork work)
    {
        return [this, work = std::move(work)](StoreWriter &writer) {
            workOf = this;
            try
            {
                work(writer);
            }
            catch (...)
            {
                workOf = nullptr;
                throw;
            }
            workOf = nullptr;
        };
    }

    void refuseInside() const
    {
        if (workOf == this)
            throw std::logic_error(
                "the function passed to read or write used the store itself; it must use its argument");
    }

    static void post(OwnerThread &thread, StoreJob job)
    {
        const Then then = job.done;
        try
        {
            thread.post(std::move(job));
        }
        catch (const StoreError &)
        {
            then(std::current_exception());
        }
    }

    /// On the thread that writes, between its transactions.
    void owner(const std::function<void()> &work)
    {
        writer_.run(StoreJob::Kind::alone, [&work](StoreWriter &) { work(); });
    }

    void serveWrites(const OwnerThread::Jobs &jobs)
    {
        for (const auto &job : jobs)
            if (job->kind == StoreJob::Kind::alone)
                serveAlone(*job);
        groups_.run(jobs, [this](const PostgresGroups::Result &result) {
            note(result.failure ? result.failure->what() : "");
            if (result.failure || result.change.isEmpty())
                return;
            tell(result.change);
            poller_.hint();
        });
    }

    void serveAlone(const StoreJob &job)
    try
    {
        job.work(writing_.session());
        job.done(nullptr);
    }
    catch (...)
    {
        job.done(std::current_exception());
    }

    void serveReads(const OwnerThread::Jobs &jobs) { reads_.serve(jobs); }

    void tell(const StoreChange &change)
    {
        const std::lock_guard lock(listenerMutex_);
        if (listener_)
            listener_(change);
    }

    /// Whether the store counts as restored; then everything that has not ended is looked for before it is sent.
    void lookInto()
    {
        OpenReport report = report_;
        owner([&] {
            groups_.runAlone([&](StoreWriter &writer) {
                if (reach_.settings().restored)
                    refuseHosts(writing_.database());
                report.restored =
                    reach_.settings().restored ? restoredByOperator : writer.value(storeLeft).value_or("");
                if (report.restored.empty())
                    return;
                report.madeUnknown = writing_.session().recoverTickets(true);
                writing_.session().noteRestored(report);
                writer.putValue(storeLeft, "");
            });
        });
        report_ = report;
    }

    void probe()
    {
        groups_.runAlone([](StoreWriter &writer) { writer.putValue("store.probe", ""); });
        note("");
    }

    bool isWritable() const
    {
        const std::lock_guard lock(problemMutex_);
        return problem_.empty();
    }
    void note(const std::string &problem)
    {
        const std::lock_guard lock(problemMutex_);
        problem_ = problem;
    }

    PostgresReach reach_;
    PostgresSide writing_;
    PostgresSide reading_;
    const std::string owner_;
    PostgresGroups groups_;
    PostgresReads reads_;
    OpenReport report_;
    std::recursive_mutex listenerMutex_; ///< Guards the next; a callback may be called at once, if the queue is full.
    ChangeListener listener_;
    mutable std::mutex problemMutex_;
    std::string problem_; ///< Why the last group of writes failed. Guarded by problemMutex_.
    OwnerThread writer_;  ///< Both must be destroyed before the members that they use.
    OwnerThread reader_;
    ChangePoller poller_;
};

} // namespace

std::unique_ptr<Store> openPostgresStore(const PostgresStoreSettings &settings)
{
    try
    {
        std::string synchronousCommit;
        bool created = false;
        {
            const CheckedServer server = connectTo(settings, settings.uri);
            synchronousCommit = server.synchronousCommit;
            created = migratePostgres(*server.connection, settings);
        }
        return std::make_unique<PostgresStore>(settings, synchronousCommit, created);
    }
    catch (const PostgresError &error)
    {
        throw cannotOpen(error, "postgres");
    }
    catch (const StoreError &error)
    {
        throw StoreRefused(std::string("the store in PostgreSQL cannot be opened: ") + error.what());
    }
}

} // namespace psa::store
