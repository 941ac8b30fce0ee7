#pragma once
// Files that are there as a whole or not at all.
//
//   detail::replace_file("w.npy", "save_npy", [&](std::ostream& out) { save_npy(out, w); });
//
// What is written goes to a file beside the target, is brought to the disk, and only then takes the target's name. So a
// program that throws or is killed, or a disk that is full, leaves the old file as it was. What a killed one had written is cleared away
// when the same target is written next; two programs that write it at once do not disturb each other, and the last one's file stays.

#include <filesystem>
#include <functional>
#include <iosfwd>

namespace seegrad::detail {

/// Throws, in the name of `who`, if there is no such file, or it is a directory.
auto open_to_read(const std::filesystem::path& file, const char* who) -> std::ifstream;
/// Lets `write` fill a file beside the target, which then takes its place. A link stays a link, also one to a file that is not there yet; a
/// pipe or a device is written to.
auto replace_file(const std::filesystem::path& file, const char* who, const std::function<void(std::ostream&)>& write) -> void;

}  // namespace seegrad::detail
