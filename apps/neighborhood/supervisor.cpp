#include "apps/neighborhood/supervisor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "apps/neighborhood/process.hpp"
#include "apps/neighborhood/readiness.hpp"
#include "apps/neighborhood/secret.hpp"
#include "apps/neighborhood/state.hpp"
#include "chassis/base/file.hpp"

namespace neighborhood {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// A service and what became of it.
struct Kept {
    Service service;
    Descriptor socket;
    sockaddr_in address{};
    std::optional<Child> child;
    std::optional<Readiness> readiness;  // while it starts
    ServiceState state = ServiceState::starting;
    bool was_ready = false;
    int crashes_in_a_row = 0;
    int restarts = 0;
    Clock::time_point next{};  // of the next start or question, by state
    std::string end;           // how it last ended
};

std::string how_it_ended(const siginfo_t& info) {
    if (info.si_code == CLD_EXITED) return "ended with code " + std::to_string(info.si_status);
    return std::string("was killed by signal ") + std::to_string(info.si_status) + " (" +
           ::sigdescr_np(info.si_status) + ")";
}

// The last lines of a log, for a message about a service that does not start.
std::string tail(const std::filesystem::path& log, std::size_t lines) {
    std::ifstream file(log);
    std::vector<std::string> all;
    for (std::string line; std::getline(file, line);) {
        all.push_back("    " + line + "\n");
        if (all.size() > lines) all.erase(all.begin());
    }
    std::string text;
    for (const auto& line : all) text += line;
    return text;
}

Descriptor lock(const std::filesystem::path& data) {
    chassis::base::make_private_folders(data / "run");
    const auto path = data / "run" / "lock";
    Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!file) throw std::system_error(errno, std::generic_category(), "cannot open " + path.string());
    if (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
        throw std::runtime_error("a neighborhood already runs on the folder " + data.string() +
                                 "; stop it, or choose another folder with --data");
    }
    return file;
}

}  // namespace

struct Supervisor::Run {
    Run(Topology topology, SupervisorSettings given) : settings(std::move(given)), started(Clock::now()) {
        for (const auto& [name, spec] : settings.failpoints) {
            if (std::ranges::none_of(topology, [&](const Service& service) { return service.name == name; })) {
                throw std::invalid_argument("there is no service named " + name);
            }
        }
        settings.data = std::filesystem::absolute(settings.data);
        locked = lock(settings.data);
        chassis::base::make_private_folders(settings.data / "logs");
        service_token = kept_secret(settings.data / "secrets" / "service_token");
        webhook_secret = kept_secret(settings.data / "secrets" / "webhook_secret");
        for (auto& service : topology) {
            const bool door = service.name == "gateway";
            Kept one;
            one.service = std::move(service);
            one.socket = listen_on(door ? settings.host : "127.0.0.1", door ? settings.gateway_port : 0);
            one.address = address_of(one.socket);
            if (door) on_loopback = is_on_loopback(one.socket);
            services.push_back(std::move(one));
        }
        sigset_t watched;
        ::sigemptyset(&watched);
        ::sigaddset(&watched, SIGINT);
        ::sigaddset(&watched, SIGTERM);
        ::sigprocmask(SIG_BLOCK, &watched, nullptr);
        signals = Descriptor{::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK)};
        if (!signals) throw std::system_error(errno, std::generic_category(), "signalfd");
    }

    std::filesystem::path log_of(const Kept& one) const { return settings.data / "logs" / (one.service.name + ".log"); }

    Place place() const {
        return {settings.data,
                [this](const std::string& name) {
                    for (const auto& one : services) {
                        if (one.service.name == name) return "http://" + to_string(one.address);
                    }
                    throw std::logic_error("the topology has no service named " + name);
                },
                on_loopback, webhook_secret};
    }

    std::string directory() const {
        std::string text;
        for (const auto& one : services) {
            if (!text.empty()) text += ',';
            text += one.service.name + "=" + to_string(one.address);
        }
        return text;
    }

    void start(Kept& one) {
        Environment environment = one.service.environment(place());
        environment.emplace_back("NEIGHBORHOOD_SERVICES", directory());
        environment.emplace_back("SERVICE_TOKEN", service_token);
        environment.emplace_back("SERVICE_NAME", one.service.name);
        environment.emplace_back("LOOPS", "1");
        if (const auto armed = settings.failpoints.find(one.service.name);
            armed != settings.failpoints.end() && one.restarts == 0) {
            environment.emplace_back("NEIGHBORHOOD_FAILPOINTS", armed->second);
        }
        one.child = neighborhood::start(settings.programs / one.service.program, environment, one.socket, log_of(one));
        one.readiness.emplace(one.address);
        one.state = ServiceState::starting;
        changed = true;
    }

    // A machine that is short of something for a while is no reason to end the services that run.
    void start_again(Kept& one) {
        try {
            start(one);
        } catch (const std::exception& error) {
            one.next = Clock::now() + settings.longest_pause;
            std::fprintf(stderr, "%s cannot be started: %s; the next try is in %lld ms\n", one.service.name.c_str(),
                         error.what(), static_cast<long long>(settings.longest_pause.count()));
        }
    }

    void became_ready(Kept& one) {
        one.state = ServiceState::ready;
        one.readiness.reset();
        one.was_ready = true;
        one.next = Clock::now();
        changed = true;
        if (announced) std::printf("%s is ready again\n", one.service.name.c_str());
    }

    // A child ended: start it again after a pause, or give it up.
    void ended(Kept& one) {
        siginfo_t info{};
        if (::waitid(P_PIDFD, static_cast<id_t>(one.child->handle.number()), &info, WEXITED) != 0) return;
        const bool was_stable = one.state == ServiceState::ready && Clock::now() - one.next > 1s;
        one.child.reset();
        one.readiness.reset();
        one.end = how_it_ended(info);
        changed = true;
        if (stopping) {
            one.state = ServiceState::stopped;
            return;
        }
        one.crashes_in_a_row = was_stable ? 1 : one.crashes_in_a_row + 1;
        if (!one.was_ready && one.crashes_in_a_row >= settings.tries_before_ready) {
            one.state = ServiceState::failed;
            std::fprintf(stderr, "%s %s %d times before it was ready and is given up. Its last words:\n%s",
                         one.service.name.c_str(), one.end.c_str(), one.crashes_in_a_row, tail(log_of(one), 5).c_str());
            stopping = true;
            exit_code = 1;
            return;
        }
        const auto doublings = std::min(one.crashes_in_a_row - 1, 16);
        const auto pause = std::min(settings.longest_pause, settings.first_pause * (1 << doublings));
        one.state = ServiceState::waiting_to_restart;
        one.next = Clock::now() + pause;
        ++one.restarts;
        std::printf("%s %s; it starts again in %lld ms\n", one.service.name.c_str(), one.end.c_str(),
                    static_cast<long long>(pause.count()));
    }

    void write_down() {
        State state{
            .pid = ::getpid(), .gateway = place().url("gateway"), .service_token = service_token, .services = {}};
        for (const auto& one : services) {
            state.services.push_back(
                {one.service.name, one.state, one.child ? one.child->pid : 0, to_string(one.address), one.restarts});
        }
        changed = false;
        try {
            write_state(settings.data, state);
        } catch (const std::system_error& error) {  // a full disk: the next change is written again
            std::fprintf(stderr, "status is out of date: %s\n", error.what());
        }
        const bool all_ready =
            std::ranges::all_of(services, [](const Kept& k) { return k.state == ServiceState::ready; });
        if (all_ready && !announced) {
            announced = true;
            const auto took = std::chrono::duration<double>(Clock::now() - started).count();
            std::printf("The neighborhood is up after %.2f s: %zu services, the gateway at %s\n", took, services.size(),
                        state.gateway.c_str());
            std::printf("Data and logs are in %s. Ctrl-C stops it.\n", settings.data.c_str());
            std::fflush(stdout);
        }
    }

    // Waits until something happens or is due, and sees to it.
    void turn() {
        auto due = Clock::now() + 1h;
        std::vector<pollfd> waiting{{signals.number(), POLLIN, 0}};
        std::vector<Kept*> who{nullptr};
        for (auto& one : services) {
            if (one.child) {
                waiting.push_back({one.child->handle.number(), POLLIN, 0});
                who.push_back(&one);
            }
            if (one.readiness) {
                if (const int number = one.readiness->descriptor(); number >= 0) {
                    waiting.push_back({number, POLLIN, 0});
                    who.push_back(&one);
                } else {
                    due = std::min(due, one.readiness->ask_at());
                }
            }
            if (one.state == ServiceState::waiting_to_restart) due = std::min(due, one.next);
        }
        if (stopping) due = std::min(due, kill_at);
        const auto pause = std::chrono::ceil<std::chrono::milliseconds>(due - Clock::now());
        const int timeout = static_cast<int>(std::clamp<long long>(pause.count(), 0, 3'600'000));
        if (::poll(waiting.data(), waiting.size(), timeout) < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        for (std::size_t i = 0; i < waiting.size(); ++i) {
            if (waiting[i].revents == 0) continue;
            if (who[i] == nullptr) {
                take_signal();
            } else if (who[i]->child && waiting[i].fd == who[i]->child->handle.number()) {
                ended(*who[i]);
            } else if (who[i]->readiness && who[i]->readiness->answered()) {
                became_ready(*who[i]);
            }
        }
        for (auto& one : services) {
            if (stopping) break;
            if (one.readiness && one.readiness->descriptor() < 0 && Clock::now() >= one.readiness->ask_at()) {
                one.readiness->ask();
            }
            if (one.state == ServiceState::waiting_to_restart && Clock::now() >= one.next) start_again(one);
        }
        if (changed) write_down();
    }

    void take_signal() {
        signalfd_siginfo info;
        while (::read(signals.number(), &info, sizeof info) == sizeof info) {
            if (stopping) kill_at = Clock::now();  // asked twice: at once
            stopping = true;
        }
    }

    // Stops the services whose turn it is, then those after them.
    void stop_all() {
        int last = 0;
        for (const auto& one : services) last = std::max(last, one.service.stop_after);
        for (int turn_of = 0; turn_of <= last; ++turn_of) {
            const auto runs = [&](const Kept& one) { return one.service.stop_after == turn_of && one.child; };
            for (auto& one : services) {
                if (runs(one)) ::kill(one.child->pid, SIGTERM);
            }
            kill_at = Clock::now() + settings.patience_at_stop;
            while (std::ranges::any_of(services, runs)) {
                turn();
                if (Clock::now() < kill_at) continue;
                for (auto& one : services) {
                    if (!runs(one)) continue;
                    std::printf("%s did not stop in time and is killed\n", one.service.name.c_str());
                    ::kill(one.child->pid, SIGKILL);
                }
                kill_at = Clock::now() + settings.patience_at_stop;
            }
        }
    }

    int run() {
        for (auto& one : services) start(one);
        write_down();
        while (!stopping) turn();
        std::printf("Stopping.\n");
        stop_all();
        remove_state(settings.data);
        return exit_code;
    }

    SupervisorSettings settings;
    Clock::time_point started;
    Descriptor locked;
    Descriptor signals;
    std::string service_token;
    std::string webhook_secret;
    bool on_loopback = true;
    std::vector<Kept> services;
    bool stopping = false;
    bool announced = false;
    bool changed = false;
    int exit_code = 0;
    Clock::time_point kill_at{};
};

Supervisor::Supervisor(Topology topology, SupervisorSettings settings)
    : run_(std::make_unique<Run>(std::move(topology), std::move(settings))) {}

Supervisor::~Supervisor() = default;

int Supervisor::run() { return run_->run(); }

}  // namespace neighborhood
