// One connection of the server: reads requests, has them handled, writes the replies. For the server's .cpp files.
#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <stop_token>
#include <string>
#include <vector>

#include "chassis/http/request_reader.hpp"
#include "chassis/http/server.hpp"
#include "chassis/http/wire.hpp"

namespace chassis::http {

class LoopServer;

class Connection {
  public:
    using Clock = async::Context::Clock;

    // Takes over a connected socket.
    Connection(LoopServer& server, int socket, bool ipv6, std::string remote_address);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Until one side ends it.
    async::Task<> serve();
    // Says 503 and ends.
    async::Task<> turn_away();

    // The three below: from the loop, while the coroutine waits.
    void check_time(Clock::time_point now);
    // Ends it when it waits for a request; one that had none yet has until `until`.
    void end_if_idle(Clock::time_point until);
    void cut();

  private:
    // What is waited for, and so what the end of the time means.
    enum class Phase : std::uint8_t { idle, head, body, handling, writing, closing };

    void enter(Phase phase, Clock::time_point deadline) noexcept {
        phase_ = phase;
        deadline_ = deadline;
        timed_out_ = false;
    }
    void wait_for_more(RequestReader::Progress progress) noexcept;
    bool open_context();
    void answer(Response& response);
    void append_reply(Response& response, bool with_body);
    void report_error(std::exception_ptr error);
    void report(int status, std::size_t bytes);
    void record_span(int status, std::chrono::nanoseconds duration);
    void refuse(const Refusal& refusal);
    void abandon();

    bool everything_sent();
    async::Task<bool> send_rest();
    void start_what_follows();
    async::Task<> linger();

    LoopServer& server_;
    Wire wire_;
    std::string remote_address_;
    RequestReader reader_;
    Request request_;

    Phase phase_ = Phase::idle;
    Clock::time_point now_;
    Clock::time_point deadline_;
    bool timed_out_ = false;
    bool abandoned_ = false;
    bool broken_ = false;
    bool served_ = false;
    bool keep_alive_ = true;
    bool said_continue_ = false;

    std::stop_source stop_;
    async::Context context_;
    // The span that sent the request; zeros when the trace begins here.
    std::array<std::uint8_t, 8> parent_span_{};

    // Replies that are not sent yet, from sent_ on; then a body that was too large to be copied behind its head.
    std::string out_;
    std::size_t sent_ = 0;
    std::string large_body_;
    std::size_t large_sent_ = 0;

    struct After {
        std::move_only_function<async::Task<>()> run;
        base::TraceContext trace;
    };
    std::vector<After> after_;

    // The set of the loop.
    friend class LoopServer;
    Connection* next_ = nullptr;
    Connection** link_ = nullptr;
};

}  // namespace chassis::http
