/* The life of two operations of one ticket, a create and a note, handled by two hosts that share a store. test_model.py (ctest
 * `model`) checks it exhaustively with Spin. Hosts, requests, answers and humans act in any order, are as slow as they
 * like, and fail as often as they like: only clocks are bounded.
 *
 * What is modelled, and the code it stands for:
 *
 *   a row: state, openSince, due, fence     host/ticket/ticket.h (Progress)
 *   enter, takeOver, takeTurns, claims,     host/ticket/transitions.cpp; which action a state allows: ticket_state.cpp
 *   what a human does, release
 *   the lease                               host/store/leases.h, host/store/sql/lease_rows.cpp: takeLease, renewLeases,
 *                                           giveLease, requireLease; it ends by the database's clock
 *   a heartbeat, keep, stillOurs            host/fleet/fleet.cpp: Fleet::step, Fleet::keep, Holding::stillOurs
 *   the queue: none, running, stopping      host/run/held_work.cpp: start (which takes over), endLost, endLeaving, forgetEnded
 *   the worker: idle, claimed, sent,        host/delivery/connection_queue.cpp: claim, make, conclude, settle;
 *   concluded                               host/run/delivery_workers.cpp keeps what could not be settled
 *   the gate (mayLeave)                     net::Stop::mayLeave, asked before the first byte of a request leaves
 *   what an outcome makes of the row        host/delivery/verdict.cpp, outcome_rules.cpp (settleUnfinished, inDoubt, absent,
 *                                           lookFailed), settlement.cpp
 *   a transaction                           one d_step; a host may never learn that it was committed (StoreError::perhapsDone).
 *                                           A settlement that is written again for that reason finds a stale fence
 *
 * What is abstracted:
 *   - Fences are not counted. `claim` and `fresh` are cleared by whatever increments the fence of a row or of the lease, which
 *     is the same as comparing numbers that only grow.
 *   - Time is in ticks: a lease lasts 1, a call 2, the quiet period 1. Waits that only delay (retries, intervals of lookups,
 *     heartbeats) take any time, or none. Clocks run at one rate; the margin of a lease is for those that do not.
 *   - A host that is paused takes no step. A restart is a crash: a new process has an owner of its own.
 *   - A host has one worker. A human who was told that the PSA may have an operation, and has it sent again, starts the count
 *     of what the PSA has anew. What a human can correct is rejected as dead.
 *   - Left out: changes and merged notes, conditions on the work of humans, dry runs, crashes of plugins, quotas, pauses of the
 *     connection (held operations may be released at any time), and a store that was restored.
 *
 * What is assumed of the world. Each macro shows what follows without it:
 *   A1  A request that passed the gate reaches the PSA within the deadline of a call, or never. That is not true of a host
 *       that is stopped between the gate and its write for longer: the race that docs/architecture.md names.
 *       STOPPED_BEFORE_WRITE
 *   A2  The PSA shows what it has within the quiet period after it received the request. LATE_PSA
 *   A3  A rejection in words with an unsuccessful status (5xx) is not still being executed: what the PSA has, it shows.
 *
 * Properties; the macro ONLY checks one of them alone:
 *   TWICE  nothing is in the PSA twice, unless a human who was told that the PSA may have it had it sent again
 *   STALE  a claim that was settled, taken over, or overruled by a human never changes the row again
 *   GATE   a host that sends has the lease in the database at that moment, and no other host would pass its gate
 *   ENDED  "done": the PSA has it, or a human says so. "dead" or "cancelled", without a word that the PSA may have it: it does
 *          not
 *   OWNED  what has not ended and does not wait for a human is due, waits its turn, or is in somebody's hand. While a host has
 *          the lease and believes that it has taken over everything, nothing is claimed by nobody
 *   ORDER  a note is not sent before its ticket is done
 *
 * Guards: each of the macros that test_model.py lists takes one out, and a property fails.
 */

#define LEASE 1
#define CALL 2
#define QUIET 1

#define TWICE 1
#define STALE 2
#define GATE 3
#define ENDED 4
#define OWNED 5
#define ORDER 6
#ifdef ONLY
#define checked(property) (ONLY == property)
#else
#define checked(property) true
#endif

mtype = { ready, sending, retry_at, held, unknown, needs_review, done, dead, cancelled };
/* When a row is due: due_quiet = not before the quiet period is over. */
mtype = { no_due, due_now, due_quiet };
mtype = { q_none, q_running, q_stopping };
mtype = { w_idle, w_claimed, w_sent, w_concluded, w_writing };
/* What a call came to. Refused: certainly not done. Unclear: a refusal with a successful status. Words: one with an
   unsuccessful status that is not a plain rejection. Early: before the quiet period was over. */
mtype = { v_none, v_done, v_no_answer, v_refused, v_unclear, v_words, v_found, v_absent_early, v_absent, v_look_failed };

typedef Row
{
    mtype state = ready;
    mtype due = no_due;
    unsigned quiet : 2;       /* ticks until the quiet period since openSince is over */
    bool open;                /* openSince is set */
    bool inLookup;            /* it was claimed for a lookup; held rows that wait for their release look the same in the store */
    bool noTicket;            /* cancelled because its ticket was not created */
    bool saidMaybe;           /* a human was told that the PSA may have it */
    bool linked;              /* a human says that the PSA has it */
    bool copy;                /* the PSA has it */
    bool unseen               /* ... and does not show it yet */
}
mtype = { create, note };
#define called(o) (o == CREATE -> create : note)
#define CREATE 0
#define NOTE 1
Row row[2];

/* The lease. Owners: 0 = nobody, 1 and 2 = the hosts, 3 = a process that is dead. */
unsigned owner : 2;
unsigned leaseLeft : 1;

typedef Host
{
    /* Fleet: an entry of the lease */
    bool has;
    bool fresh;               /* the fence of the entry is the one in the database */
    bool leaving;
    bool valid;               /* it regards its leases as not ended yet */
    bool beat;                /* the answer to a heartbeat is on its way; only with VALID_FROM_ANSWER */
    /* HeldWork and its queue */
    mtype queue = q_none;
    bool sameFence;           /* the queue has the fence of the entry */
    bool doubt;               /* the COMMIT of a claim was lost */
    /* the worker */
    mtype worker = w_idle;
    bit op;
    bool claim;               /* the row has the fence of its claim */
    mtype verdict = v_none
}
Host host[2];

/* A request on its way to the PSA. */
typedef Request
{
    bool flies;
    bit op;
    unsigned left : 2         /* ticks until the deadline of its call */
}
Request request[2];

#ifdef OWNER_REUSED
#define ID(h) 1
#else
#define ID(h) (h + 1)
#endif
#define name(h) (h + 1)
#define mine(h) host[h].op
#define state(o) row[o].state

#define stillOurs(h) (host[h].has && host[h].valid && host[h].sameFence)
#define hasLease(h) (owner == ID(h) && host[h].fresh && leaseLeft > 0)

#define isShown(o) (row[o].copy && !row[o].unseen)

/* ---- host/ticket/transitions.cpp ---- */

#define canReconcile(o) (state(o) == retry_at || state(o) == held || state(o) == unknown || state(o) == dead)
/* A note is claimed only if its ticket is done, whatever its due time says. */
#ifdef NO_TURNS
#define hasTicket(o) true
#else
#define hasTicket(o) (o == CREATE || state(CREATE) == done)
#endif
#define isToBeSent(o) (hasTicket(o) && (state(o) == ready || state(o) == retry_at) && row[o].due == due_now && !row[o].open)
#define awaitsLookup(o) (hasTicket(o) && canReconcile(o) && row[o].open && \
    (row[o].due == due_now || (row[o].due == due_quiet && row[o].quiet == 0)))
#define isLookedForNow(o) (canReconcile(o) && row[o].open && row[o].due == no_due)

inline forgetWork(h)
{
    host[h].worker = w_idle;
    host[h].op = 0;
    host[h].claim = false;
    host[h].verdict = v_none
}

/* A worker with an outcome whose claim is stale will settle nothing, and goes on. */
inline outdate(h, o)
{
    if
#if defined(NO_FENCE) || defined(NO_ISOLATION)
    :: host[h].claim && mine(h) == o -> host[h].claim = false
#else
    :: host[h].claim && mine(h) == o && host[h].worker == w_concluded -> forgetWork(h)
    :: host[h].claim && mine(h) == o && host[h].worker != w_concluded -> host[h].claim = false
#endif
    :: else
    fi
}

inline raiseFence(o)
{
    outdate(0, o);
    outdate(1, o);
    row[o].inLookup = false
}

inline enter(o, to, isOpen, when)
{
    raiseFence(o);
    row[o].quiet = (isOpen -> (row[o].open -> row[o].quiet : QUIET) : 0);
    state(o) = to;
    row[o].open = isOpen;
    row[o].due = when;
    row[o].noTicket = false;
    row[o].saidMaybe = false
}

/* `due` and cancelling of the note, as the ticket is now. */
#define ticketNever ((state(CREATE) == dead || state(CREATE) == cancelled) && row[CREATE].due == no_due)
#define noteUnsent (!row[NOTE].open && (state(NOTE) == ready || state(NOTE) == retry_at || state(NOTE) == held))
inline takeTurns()
{
    if
    :: noteUnsent && ticketNever -> enter(NOTE, cancelled, false, no_due); row[NOTE].noTicket = true
    :: state(NOTE) == cancelled && row[NOTE].noTicket && !ticketNever -> enter(NOTE, ready, false, no_due)
    :: else
    fi;
    if
    :: state(NOTE) == ready && !row[NOTE].open ->
#ifdef NO_TURNS
        row[NOTE].due = due_now
#else
        row[NOTE].due = (state(CREATE) == done -> due_now : no_due)
#endif
    :: else
    fi
}

inline takeOver(o)
{
    if
    :: state(o) == sending ->
#ifdef RESEND_TAKEN_OVER
        enter(o, ready, false, due_now)
#else
        enter(o, unknown, true, due_now);
#ifndef NO_CALL_TIME
        row[o].quiet = CALL + QUIET
#endif
#endif
    :: isLookedForNow(o) -> raiseFence(o); row[o].due = due_now
    :: else
    fi
}

/* ---- a host: Fleet ---- */

/* StoreWriter::takeLease: another owner gets another fence. */
inline takeLease(h)
{
    if
    :: owner != ID(h) ->
        host[0].fresh = false;
        host[1].fresh = false
    :: else
    fi;
    owner = ID(h);
    leaseLeft = LEASE
}

#ifdef HOST_CLOCK_LEASE
#define looksFree(h) true
#else
#define looksFree(h) (owner == 0 || owner == ID(h) || leaseLeft == 0)
#endif
#ifdef NO_DRAIN
#define isReleased(h) (host[h].leaving)
#else
#define isReleased(h) (host[h].leaving && host[h].queue == q_none)
#endif

inline forgetLease(h)
{
    host[h].has = false;
    host[h].fresh = false;
    host[h].leaving = false;
    host[h].valid = false;
    host[h].sameFence = false
}

/* Fleet::keep. Validity counts from before the write, so that an answer that comes late is like one that is lost. */
inline keep(h, isSame)
{
    host[h].sameFence = host[h].sameFence && isSame;
    host[h].leaving = host[h].leaving && isSame;
    host[h].has = true;
    host[h].fresh = true;
    host[h].valid = true
}

/* ---- a host: ConnectionQueue ---- */

inline conclude(h, what)
{
    host[h].verdict = what;
    host[h].worker = w_concluded
}

inline claimFor(h, o)
{
    host[h].op = o;
    host[h].claim = true;
    host[h].worker = w_claimed
}

inline claimSending(h, o)
{
    enter(o, sending, false, no_due);
    claimFor(h, o)
}

/* And asks the PSA: when it answers, and the answer is judged, the quiet period may have ended. */
inline claimLookup(h, o, answers)
{
    raiseFence(o);
    row[o].due = no_due;
    row[o].inLookup = true;
    claimFor(h, o);
    if
    :: !answers -> conclude(h, v_look_failed)
    :: answers && isShown(o) -> conclude(h, v_found)
    :: answers && !isShown(o) && row[o].quiet == 0 -> conclude(h, v_absent)
    :: answers && !isShown(o) && row[o].quiet > 0 -> conclude(h, v_absent_early)
    fi
}

/* The COMMIT of a claim is lost, and it is not found out either whether it is durable: nothing is sent. */
inline loseClaim(h)
{
    forgetWork(h);
#ifndef LOST_CLAIM_IS_FORGOTTEN
    host[h].doubt = true
#endif
}

#ifdef NO_LEASE_IN_CLAIM
#define requireLease(h) true
#else
#define requireLease(h) (hasLease(h) && host[h].sameFence)
#endif
#ifdef NO_SEND_GATE
#define mayLeave(h) true
#else
#define mayLeave(h) stillOurs(h)
#endif
#ifdef NO_FENCE
#define isCurrent(h) true
#else
#define isCurrent(h) host[h].claim
#endif
#ifdef OUTCOME_FORGOTTEN
#define mayForget(h) true
#else
#define mayForget(h) (host[h].queue == q_stopping)
#endif

/* Whether it is still ours, and the queue not stopped, was asked some time before. */
#define mayTake(h) (!isReleased(h) && looksFree(h))
#define isSame(h) (owner == ID(h) && host[h].has && host[h].fresh)
#define mayClaim(h) (host[h].queue != q_none && host[h].worker == w_idle && !host[h].doubt && requireLease(h))
#define hasResult(h, what) (host[h].worker == w_concluded && host[h].verdict == what)

/* Claims of one operation. */
#define CLAIMS(h, o) \
    :: d_step { mayClaim(h) && isToBeSent(o) -> \
        assert(!checked(ORDER) || o == CREATE || state(CREATE) == done); \
        claimSending(h, o); \
        printf("host %d claims the %e to send it\n", name(h), called(o)) } \
    :: d_step { mayClaim(h) && awaitsLookup(o) -> \
        claimLookup(h, o, true); \
        printf("host %d claims the %e and looks it up: %e\n", name(h), called(o), host[h].verdict) } \
    :: d_step { mayClaim(h) && awaitsLookup(o) -> \
        claimLookup(h, o, false); \
        printf("host %d claims the %e to look it up, which fails\n", name(h), called(o)) }
#ifdef LOST_COMMIT_IS_SUCCESS
#define LOST_CLAIMS(h, o) \
    :: d_step { mayClaim(h) && isToBeSent(o) -> \
        host[h].op = o; \
        host[h].worker = w_claimed; \
        printf("host %d claims the %e, its COMMIT is lost, and nothing was committed\n", name(h), called(o)) }
#else
#define LOST_CLAIMS(h, o) \
    :: d_step { mayClaim(h) && isToBeSent(o) -> \
        claimSending(h, o); \
        loseClaim(h); \
        printf("host %d claims the %e to send it, but does not know that it is committed\n", name(h), called(o)) } \
    :: d_step { mayClaim(h) && awaitsLookup(o) -> \
        claimLookup(h, o, false); \
        loseClaim(h); \
        printf("host %d claims the %e to look it up, but does not know that it is committed\n", name(h), called(o)) }
#endif

/* Settles the outcome. `isKnown`: the host learns that it is committed; otherwise it settles again. */
bit it;
inline settle(h, to, isOpen, when, maybe)
{
    it = mine(h);
    printf("host %d settles the %e: %e\n", name(h), called(it), to);
    assert(!checked(STALE) || host[h].claim);
    enter(it, to, isOpen, when);
    row[it].saidMaybe = maybe;
    takeTurns();
    it = 0
}
#ifdef NO_ISOLATION
/* Reads the row, and writes all of it later. */
#define maySettle(h, what) (host[h].worker == w_writing && host[h].verdict == what)
#else
#define maySettle(h, what) (hasResult(h, what) && isCurrent(h))
#endif
#define SETTLE(h, what, allowed, to, isOpen, when, maybe) \
    :: d_step { maySettle(h, what) && (allowed) -> settle(h, to, isOpen, when, maybe); forgetWork(h) }

/* A new process has another owner: nobody renews the lease of the old one. */
inline crash(h)
{
    owner = (owner == ID(h) -> 3 : owner);
    forgetWork(h);
    host[h].beat = false;
    forgetLease(h);
    host[h].queue = q_none;
    host[h].doubt = false
}

proctype HostProcess(bit h)
{
    do
    /* Fleet::step: renews, takes or gives in one transaction. */
#ifdef VALID_FROM_ANSWER
    :: d_step { mayTake(h) -> takeLease(h); host[h].beat = true; printf("host %d writes a heartbeat, and has the lease\n", name(h)) }
    :: d_step { host[h].beat -> host[h].beat = false; keep(h, host[h].has); printf("host %d gets the answer to its heartbeat\n", name(h)) }
#else
    :: d_step { mayTake(h) && isSame(h) && (!host[h].valid || leaseLeft < LEASE) -> takeLease(h); keep(h, true); printf("host %d renews its lease\n", name(h)) }
    :: d_step { mayTake(h) && !isSame(h) -> takeLease(h); keep(h, false); printf("host %d takes the lease\n", name(h)) }
#endif
    :: d_step { mayTake(h) && (owner != ID(h) || leaseLeft < LEASE) -> takeLease(h); printf("host %d takes or renews the lease, and does not learn that it is committed\n", name(h)) }
    :: d_step { host[h].has && owner != ID(h) && !looksFree(h) -> forgetLease(h); printf("host %d finds that another host has the lease\n", name(h)) }
    :: d_step { isReleased(h) && owner == ID(h) -> owner = 0; leaseLeft = 0; printf("host %d gives the lease\n", name(h)) }
    :: d_step { isReleased(h) && owner != ID(h) -> forgetLease(h); printf("host %d has given the lease\n", name(h)) }

    /* HeldWork::step */
    :: d_step { host[h].queue == q_running && !host[h].leaving && stillOurs(h) ->
        host[h].leaving = true;
        host[h].queue = q_stopping;
        printf("host %d stops its queue in order to give the lease\n", name(h)) }
    :: d_step { host[h].queue == q_running && !stillOurs(h) -> host[h].queue = q_stopping; printf("host %d has lost the lease, and stops its queue\n", name(h)) }
    :: d_step { host[h].queue == q_stopping && host[h].worker == w_idle ->
        host[h].queue = q_none;
        host[h].sameFence = false;
        host[h].doubt = false;
        printf("the queue of host %d has ended\n", name(h)) }
    :: d_step { host[h].queue == q_none && host[h].has && !host[h].leaving && hasLease(h) ->
#ifndef NO_TAKE_OVER
        takeOver(CREATE);
        takeOver(NOTE);
#endif
        host[h].queue = q_running;
        host[h].sameFence = true;
        printf("host %d takes over what was claimed, and starts its queue\n", name(h)) }

    /* ConnectionQueue::claim */
    :: d_step { host[h].queue != q_none && host[h].worker == w_idle && host[h].doubt && requireLease(h) ->
        takeOver(CREATE);
        takeOver(NOTE);
        host[h].doubt = false;
        printf("host %d takes over what it may have claimed itself\n", name(h)) }
    CLAIMS(h, CREATE)
    CLAIMS(h, NOTE)
    LOST_CLAIMS(h, CREATE)
    LOST_CLAIMS(h, NOTE)
    /* ConnectionQueue::make, conclude */
    :: d_step { host[h].worker == w_claimed && mayLeave(h) && !request[h].flies ->
        printf("host %d: the request passes the gate\n", name(h));
        assert(!checked(GATE) || (hasLease(h) && host[h].sameFence && !(stillOurs(1 - h) && host[1 - h].queue != q_none)));
        request[h].flies = true;
        request[h].op = mine(h);
        request[h].left = CALL;
        host[h].worker = w_sent }
    :: d_step { host[h].worker == w_claimed -> conclude(h, v_refused); printf("host %d: nothing was sent\n", name(h)) }
    :: d_step { host[h].worker == w_sent ->
        request[h].flies = false;
        request[h].op = 0;
        request[h].left = 0;
        conclude(h, v_no_answer);
        printf("host %d gets no answer\n", name(h)) }

    /* outcome_rules.cpp, then ConnectionQueue::settle */
#ifdef NO_ISOLATION
    :: d_step { host[h].worker == w_concluded && isCurrent(h) -> host[h].worker = w_writing; printf("host %d reads the row that it settles\n", name(h)) }
#endif
#ifdef QUIET_AT_ANSWER
    :: d_step { hasResult(h, v_absent_early) && row[mine(h)].quiet == 0 -> host[h].verdict = v_absent; printf("host %d concludes when the quiet period is over\n", name(h)) }
#endif
    SETTLE(h, v_done, true, done, false, no_due, false)
#ifdef RESEND_UNKNOWN
    SETTLE(h, v_no_answer, true, retry_at, false, due_now, false)
#else
    SETTLE(h, v_no_answer, true, unknown, true, due_now, false)
#endif
    SETTLE(h, v_refused, true, dead, false, no_due, false)
    SETTLE(h, v_refused, true, retry_at, false, due_now, false)
    SETTLE(h, v_refused, true, held, false, no_due, false)
    SETTLE(h, v_unclear, true, dead, true, due_quiet, false)
    SETTLE(h, v_unclear, true, retry_at, true, due_quiet, false)
    SETTLE(h, v_unclear, true, held, true, due_quiet, false)
    SETTLE(h, v_words, true, dead, true, due_quiet, false)
    SETTLE(h, v_words, true, retry_at, true, due_now, false)
    SETTLE(h, v_words, true, held, true, no_due, false)
    SETTLE(h, v_found, true, done, false, no_due, false)
    /* absent(): looked up again, sent again, or ended as dead or too old */
#ifdef NO_QUIET_PERIOD
    SETTLE(h, v_absent_early, state(mine(h)) == unknown, ready, false, due_now, false)
#else
    SETTLE(h, v_absent_early, state(mine(h)) == unknown, unknown, true, due_now, false)
#endif
    SETTLE(h, v_absent_early, state(mine(h)) == retry_at || state(mine(h)) == held, ready, false, due_now, false)
    SETTLE(h, v_absent_early, state(mine(h)) == dead, dead, false, no_due, false)
    SETTLE(h, v_absent, state(mine(h)) != dead, ready, false, due_now, false)
    SETTLE(h, v_absent, state(mine(h)) != held, dead, false, no_due, false)
    /* lookFailed(): looked up again, or given up after days */
    SETTLE(h, v_look_failed, true, state(it), true, due_now, false)
    SETTLE(h, v_look_failed, row[mine(h)].quiet == 0 && state(mine(h)) == dead, dead, false, no_due, true)
    SETTLE(h, v_look_failed, row[mine(h)].quiet == 0 && state(mine(h)) != dead, needs_review, false, no_due, true)
    /* Settled already: by this host, whose COMMIT was lost, by another host, or by a human. */
    :: d_step { host[h].worker == w_concluded && !isCurrent(h) -> forgetWork(h); printf("host %d: its fence is stale, nothing is settled\n", name(h)) }
    :: d_step { host[h].worker == w_concluded && mayForget(h) -> forgetWork(h); printf("host %d ends its queue, and could not settle it\n", name(h)) }

    :: d_step { owner == ID(h) || host[h].has || host[h].queue != q_none -> crash(h); printf("host %d crashes, and starts again\n", name(h)) }
    od
}

/* ---- the PSA ---- */

inline receive(h, does, shown, answer)
{
    it = request[h].op;
    printf("the PSA gets the request of host %d for the %e: done %d, shown %d, %e\n", name(h), called(it), does, shown, answer);
    if
    :: does ->
        assert(!checked(TWICE) || !row[it].copy);
        row[it].unseen = !shown && !row[it].copy;
        row[it].copy = true
    :: else
    fi;
    it = 0;
    request[h].flies = false;
    request[h].op = 0;
    request[h].left = 0;
    if
    :: host[h].worker == w_sent -> conclude(h, answer)
    :: else
    fi
}
#define RECEIVES(h, does, shown, answer) :: d_step { request[h].flies -> receive(h, does, shown, answer) }

proctype Psa(bit h)
{
    do
    RECEIVES(h, true, true, v_done)
    RECEIVES(h, true, false, v_done)
    RECEIVES(h, true, true, v_unclear)
    RECEIVES(h, true, false, v_unclear)
    RECEIVES(h, true, true, v_words)
    RECEIVES(h, true, true, v_no_answer)
    RECEIVES(h, true, false, v_no_answer)
    RECEIVES(h, false, true, v_refused)
    RECEIVES(h, false, true, v_unclear)
    RECEIVES(h, false, true, v_words)
    od
}

/* ---- humans, and the connection that may be used again ---- */

#define isByHand(o) (state(o) == retry_at || state(o) == held || state(o) == needs_review || state(o) == dead || state(o) == cancelled)
#ifdef RETRY_OPEN
#define mayRetry(o) isByHand(o)
#else
#define mayRetry(o) (isByHand(o) && !row[o].open)
#endif
#define fliesFor(o) ((request[0].flies && request[0].op == o) || (request[1].flies && request[1].op == o))

proctype Human(bit o)
{
    bool told;
    do
    /* A human who was told that the PSA may have it, and sends it again, starts the count anew. */
    :: d_step { mayRetry(o) ->
        printf("a human has the %e sent again\n", called(o));
        assert(!checked(TWICE) || !row[o].saidMaybe || !fliesFor(o));
        row[o].copy = row[o].copy && !row[o].saidMaybe;
        row[o].unseen = row[o].unseen && row[o].copy;
        enter(o, ready, false, due_now);
        takeTurns() }
    :: d_step { isByHand(o) || state(o) == unknown ->
        enter(o, unknown, true, due_now);
        takeTurns();
        printf("a human has the %e looked up\n", called(o)) }
    :: d_step { o == CREATE && (isByHand(o) || state(o) == ready || state(o) == unknown) ->
        row[o].linked = true;
        enter(o, done, false, no_due);
        takeTurns();
        printf("a human links the %e\n", called(o)) }
    :: d_step { (isByHand(o) && state(o) != cancelled) || state(o) == ready || state(o) == unknown ->
        told = row[o].saidMaybe;
        enter(o, cancelled, row[o].open, no_due);
        row[o].saidMaybe = told;
        told = false;
        takeTurns();
        printf("a human discards the %e\n", called(o)) }
    :: d_step { state(o) == held && !row[o].open -> enter(o, ready, false, due_now); printf("the %e is released\n", called(o)) }
    :: d_step { state(o) == held && row[o].open ->
#ifdef RELEASE_BEFORE_QUIET
        enter(o, held, true, due_now);
#else
        enter(o, held, true, (row[o].due == due_quiet -> due_quiet : due_now));
#endif
        printf("the %e is released, to be looked up\n", called(o)) }
    od
}

/* ---- time ---- */

/* A1 */
#ifdef STOPPED_BEFORE_WRITE
#define onTime(h) true
#else
#define onTime(h) (!request[h].flies || request[h].left > 0)
#endif
/* A2 */
#ifdef LATE_PSA
#define shows(o) false
#else
#define shows(o) true
#endif
#define less(x) x = (x > 0 -> x - 1 : 0)

inline tick(i)
{
    host[i].valid = false;
    less(request[i].left);
    less(row[i].quiet);
    row[i].unseen = row[i].unseen && !shows(i)
}

/* A tick makes a difference. */
#define isTimed (leaseLeft > 0 || host[0].valid || host[1].valid || request[0].flies || request[1].flies || \
    row[0].quiet > 0 || row[1].quiet > 0 || row[0].unseen || row[1].unseen)

proctype Clock()
{
    do
    :: d_step { onTime(0) && onTime(1) && isTimed -> tick(0); tick(1); less(leaseLeft); printf("-- the clock ticks\n") }
    od
}

/* ---- what must hold in every state ---- */

#define inHandOf(h, o) (mine(h) == o && host[h].claim)
#define inHand(o) (inHandOf(0, o) || inHandOf(1, o))
/* It handles the connection, and will not take over again by itself. */
#define feelsSafe(h) (host[h].queue == q_running && owner == ID(h) && host[h].fresh && host[h].sameFence && !host[h].doubt)
#define isClaimed(o) (state(o) == sending || row[o].inLookup)
#define isOrphan(o) (isClaimed(o) && !inHand(o) && (feelsSafe(0) || feelsSafe(1)))
#define waitsItsTurn(o) (o == NOTE && state(o) == ready && state(CREATE) != done && !(ticketNever && !row[CREATE].inLookup))
#define hasNoNextStep(o) ((state(o) == ready || state(o) == retry_at || state(o) == unknown) && row[o].due == no_due && \
    !isClaimed(o) && !waitsItsTurn(o))
#define saysNo(o) ((state(o) == dead || state(o) == cancelled) && !row[o].open && !row[o].saidMaybe)
#define saysYes(o) (state(o) == done && !row[o].linked)

proctype Judge(bit o)
{
    atomic {
        if
        :: checked(OWNED) && isOrphan(o) -> printf("OWNED: the %e is %e, and in nobody's hand\n", called(o), state(o))
        :: checked(OWNED) && hasNoNextStep(o) -> printf("OWNED: the %e is %e, and not due\n", called(o), state(o))
        :: checked(ENDED) && saysNo(o) && row[o].copy -> printf("ENDED: the %e is %e, and in the PSA\n", called(o), state(o))
        :: checked(ENDED) && saysYes(o) && !row[o].copy -> printf("ENDED: the %e is done, and not in the PSA\n", called(o))
        fi;
        assert(false)
    }
}

init
{
    atomic {
        row[CREATE].due = due_now;
        run HostProcess(0);
        run Psa(0);
#ifndef ONE_HOST
        run HostProcess(1);
        run Psa(1);
#endif
        run Human(CREATE);
        run Judge(CREATE);
#ifdef ONE_OPERATION
        row[NOTE].state = done;
        row[NOTE].copy = true;
#else
        run Human(NOTE);
        run Judge(NOTE);
#endif
        run Clock()
    }
}
