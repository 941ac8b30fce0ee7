#pragma once
// Room for a record that never has to move.
//
// What grows by copying touches every page twice, and a mapping that is advised in parts cannot be moved by the system at all. Addresses
// cost nothing. So a large buffer takes, once, the addresses of the largest there can be, and growing it means to use more of them. Pages
// come when they are first written to, two MiB at a time where the system has such.

#include <cstddef>

namespace seegrad::detail::address_space {

/// How many bytes a room has: the most nodes a graph can hold, and adjoints need less.
inline constexpr std::size_t room = (std::size_t{4} << 30) + (std::size_t{2} << 20);
/// A buffer that is smaller than this is better off in ordinary memory.
inline constexpr std::size_t worth_it = std::size_t{4} << 20;

/// Null where the system does not give it: under a limit of addresses (ulimit -v), with strict accounting, or where pointers have 32 bits.
auto take() -> void*;
auto give_back(void* room) -> void;

/// The system may take the pages of [from, from + bytes) when it needs some, and until then writing to them again costs nothing.
auto lend_pages(void* from, std::size_t bytes) -> void;
/// The system takes them at once.
auto drop_pages(void* from, std::size_t bytes) -> void;

}  // namespace seegrad::detail::address_space
