// The states that a thing goes through, as a table that is checked while compiling.
//
//     enum class Light { red, green, broken };
//     constexpr Transitions light{Light::red, {{Light::red, Light::green}, {Light::green, Light::red},
//                                              {Light::red, Light::broken}, {Light::green, Light::broken}}};
//     light.allows(Light::red, Light::green);  // true
//     light.is_final(Light::broken);           // true: nothing leads out of it
//
// A table with a state that cannot be reached from the first one, or with a row that stands in it twice, does not
// compile.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

namespace chassis::base {

// Never constexpr: their names are the compiler's message.
inline void a_state_of_this_table_cannot_be_reached_from_its_first_state() {}
inline void a_transition_stands_in_this_table_twice() {}

template <class State>
struct Transition {
    State from;
    State to;
    bool operator==(const Transition&) const = default;
};

template <class State, std::size_t N>
class Transitions {
  public:
    consteval Transitions(State first, const Transition<State> (&rows)[N]) : first_(first) {
        std::copy(std::begin(rows), std::end(rows), rows_.begin());
        for (std::size_t i = 0; i < N; ++i) {
            if (std::count(rows_.begin(), rows_.end(), rows_[i]) > 1) a_transition_stands_in_this_table_twice();
            if (!reaches(rows_[i].from)) a_state_of_this_table_cannot_be_reached_from_its_first_state();
        }
    }

    constexpr State first() const { return first_; }

    constexpr bool allows(State from, State to) const {
        return std::find(rows_.begin(), rows_.end(), Transition<State>{from, to}) != rows_.end();
    }

    // Nothing leads out of `state`.
    constexpr bool is_final(State state) const {
        return std::none_of(rows_.begin(), rows_.end(), [state](const auto& row) { return row.from == state; });
    }

  private:
    // Grows the set of reached states until it stops growing: at most one state for each row.
    consteval bool reaches(State wanted) const {
        std::array<State, N + 1> reached{first_};
        std::size_t count = 1;
        const auto knows = [&](State state) {
            return std::find(reached.begin(), reached.begin() + count, state) != reached.begin() + count;
        };
        for (bool grew = true; grew;) {
            grew = false;
            for (const auto& row : rows_) {
                if (!knows(row.from) || knows(row.to)) continue;
                reached[count++] = row.to;
                grew = true;
            }
        }
        return knows(wanted);
    }

    State first_;
    std::array<Transition<State>, N> rows_{};
};

template <class State, std::size_t N>
Transitions(State, const Transition<State> (&)[N]) -> Transitions<State, N>;

}  // namespace chassis::base
