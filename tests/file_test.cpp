// Files are written as a whole or not at all, whatever happens meanwhile; and what errors quote of their names does no harm.
#include <autodiff/array/create.hpp>
#include <autodiff/array/file.hpp>
#include <autodiff/array/npy.hpp>
#include <autodiff/array/npz.hpp>
#include <autodiff/array/utf8.hpp>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "file_bytes.hpp"
#include "message.hpp"
#include "scratch_folder.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

// What reaches the disk, in order: this program's own fsync and rename take note of it.
namespace {
std::string reached;
}
extern "C" auto fsync(int file) -> int {
  struct stat s;
  reached += ::fstat(file, &s) != 0 ? '?' : S_ISDIR(s.st_mode) ? 'd' : 'f';
  return static_cast<int>(::syscall(SYS_fsync, file));
}
extern "C" auto rename(const char* from, const char* to) noexcept -> int {
  reached += 'r';
  return static_cast<int>(::syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
}

namespace {

auto write(const fs::path& file, const std::string& text) -> void {
  detail::replace_file(file, "test", [&](std::ostream& out) { out << text; });
}
auto touch(const fs::path& file) -> void { std::ofstream{file} << "left over"; }

// Runs f in a process of its own, and returns how that ended, as waitpid tells it.
template <class F>
auto in_a_process(F f) -> int {
  const auto child = ::fork();
  if (child == 0) {
    f();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace

TEST_CASE("a program that is killed while it saves leaves nothing after the next save") {
  const scratch_folder here;
  const auto file = here / "m.ck";
  write(file, "first");
  for (int k = 0; k < 3; ++k) {
    const auto status = in_a_process([&] {
      detail::replace_file(file, "test", [](std::ostream& out) {
        out << "half" << std::flush;
        ::raise(SIGKILL);
      });
    });
    CHECK(WIFSIGNALED(status));
    CHECK(bytes_of(file) == "first");
    CHECK(here.files() == 2);  // the one before is cleared by the next
  }
  write(file, "second");
  CHECK(bytes_of(file) == "second");
  CHECK(here.files() == 1);
}

TEST_CASE("only stale parts of the same target are cleared") {
  const scratch_folder here;
  const auto stale = here / "m.ck.1-0.part", written = here / "m.ck.1-1.part";
  touch(stale);
  touch(written);
  const std::string others[] = {"m.ck2.1-0.part", "xm.ck.1-0.part", "m.ck.part",       "m.ck.1-.part", "m.ck.-1.part",
                                "m.ck.a-0.part",  "m.ck.1-0.part2", "m.ck.1-0-0.part", "m.ck.backup"};
  for (const auto& name : others) touch(here / name);
  fs::create_directory(here / "m.ck.2-2.part");
  // Another process is writing this one.
  const int handle = ::open(written.c_str(), O_RDONLY);
  REQUIRE(::flock(handle, LOCK_EX) == 0);
  write(here / "m.ck", "new");
  CHECK_FALSE(fs::exists(stale));
  CHECK(fs::exists(written));
  for (const auto& name : others) CHECK(fs::exists(here / name));
  ::close(handle);
  write(here / "m.ck", "newer");
  CHECK_FALSE(fs::exists(written));
  CHECK(fs::exists(here / "m.ck.2-2.part"));
  CHECK(bytes_of(here / "m.ck") == "newer");
}

TEST_CASE("a name that is taken is passed over") {
  const scratch_folder here;
  // The next names this process would choose, as folders, which are never cleared.
  for (int k = 0; k < 200; ++k)
    fs::create_directory(here / ("x." + std::to_string(::getpid()) + "-" + std::to_string(k) + ".part"));
  write(here / "x", "text");
  CHECK(bytes_of(here / "x") == "text");
  CHECK(here.files() == 201);
}

TEST_CASE("programs that save the same target at once do not disturb each other") {
  const scratch_folder here;
  const auto file = here / "m.ck";
  const std::string mine(100000, 'a'), theirs(100000, 'b');
  write(file, mine);
  const auto child = ::fork();
  if (child == 0) {
    try {
      for (int k = 0; k < 60; ++k) write(file, theirs);
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  for (int k = 0; k < 60; ++k) {
    write(file, mine);
    const auto text = bytes_of(file);
    CHECK((text == mine || text == theirs));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(here.files() == 1);
}

TEST_CASE("links stay links") {
  const scratch_folder here;
  fs::create_directory(here / "far");
  fs::create_symlink("far/target", here / "near");
  fs::create_symlink("near", here / "nearer");
  write(here / "nearer", "through a dangling link");
  CHECK(fs::is_symlink(here / "near"));
  CHECK(fs::is_symlink(here / "nearer"));
  CHECK(bytes_of(here / "far" / "target") == "through a dangling link");
  write(here / "near", "again");
  CHECK(fs::is_symlink(here / "near"));
  CHECK(bytes_of(here / "far" / "target") == "again");
  CHECK(std::distance(fs::directory_iterator(here / "far"), {}) == 1);
  fs::create_symlink("ring", here / "ring");
  CHECK(contains(message_of([&] { write(here / "ring", "x"); }), "Too many levels of symbolic links"));
  fs::create_symlink("nowhere/at all", here / "lost");
  CHECK(contains(message_of([&] { write(here / "lost", "x"); }), "No such file or directory"));
}

TEST_CASE("long names and odd ones") {
  const scratch_folder here;
  std::string odd[] = {
      std::string(255, 'n'), std::string(240, 'n'), std::string(201, 'n'), " ", "-", "a\nb", "\xff\xfe", "%s%n", "'\"\\"};
  for (std::size_t i = 0; i < 127; ++i) odd[3] += "\xc3\xa9";  // é, so that a cut could fall into the middle
  for (const auto& name : odd) {
    CAPTURE(name.size());
    touch(here / "n.1-0.part");
    write(here / name, name);
    CHECK(bytes_of(here / name) == name);
    CHECK(fs::exists(here / "n.1-0.part"));
  }
  CHECK(here.files() == std::ssize(odd) + 1);
  CHECK(contains(message_of([&] { write(here / std::string(256, 'n'), "x"); }), "File name too long"));
  // A long name's stale part is cleared as well, and that of another long name is not.
  const auto left = [&](char last) {
    const auto name = std::string(250, 'n') + last;
    in_a_process([&] { detail::replace_file(here / name, "test", [](std::ostream&) { ::raise(SIGKILL); }); });
    return here / name;
  };
  const auto before = here.files();
  const auto a = left('a'), b = left('b');
  CHECK(here.files() == before + 2);
  write(a, "x");
  CHECK(here.files() == before + 2);
  write(b, "x");
  CHECK(here.files() == before + 2);
}

TEST_CASE("what cannot be written says why, and leaves the old file") {
  const scratch_folder here;
  const auto file = here / "x.npy";
  save_npy(file, array{1.0, 2.0});
  const auto old = bytes_of(file);
  CHECK(
      contains(message_of([&] { save_npy("/dev/full", zeros({100000})); }), "save_npy: cannot write '/dev/full': No space left"));
  CHECK(contains(message_of([&] { save_npy(here / "no folder" / "x.npy", array{1.0}); }), "No such file or directory"));
  CHECK(contains(message_of([&] { save_npy(here.path, array{1.0}); }), "Is a directory"));

  // A disk that is full after a thousand bytes.
  const auto status = in_a_process([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto said = message_of([&] { save_npy(file, zeros({100000})); });
    ::_exit(contains(said, "File too large") ? 7 : 0);
  });
  CHECK(WEXITSTATUS(status) == 7);
  CHECK(bytes_of(file) == old);
  CHECK(here.files() == 1);

  if (::geteuid() != 0) {
    fs::permissions(here.path, fs::perms::owner_read | fs::perms::owner_exec);
    CHECK(contains(message_of([&] { save_npy(file, array{1.0}); }), "no file can be made in its folder: Permission denied"));
    fs::permissions(here.path, fs::perms::owner_all);
    fs::permissions(file, fs::perms::owner_read);
    CHECK(contains(message_of([&] { save_npy(file, array{1.0}); }), "Permission denied"));
    CHECK(bytes_of(file) == old);
  }
}

TEST_CASE("the bytes reach the disk before the name does, and then the folder") {
  const scratch_folder here;
  reached.clear();
  write(here / "x", "text");
  CHECK(reached == "frd");
  reached.clear();
  CHECK_THROWS_AS(detail::replace_file(here / "x", "test", [](std::ostream&) { throw 5; }), int);
  CHECK(reached.empty());
}

TEST_CASE("what is thrown while writing goes on, and nothing is left") {
  const scratch_folder here;
  CHECK_THROWS_AS(detail::replace_file(here / "x", "test", [](std::ostream&) { throw 5; }), int);
  CHECK(here.files() == 0);
}

TEST_CASE("what errors quote is shown escaped") {
  CHECK(message_of([] { load_npy("no\n\x1b[31mfile\t\x7f"); }) ==
        "load_npy: cannot read 'no\\n\\x1b[31mfile\\t\\x7f': No such file or directory");
  CHECK(message_of([] { save_npy("/no \xff/\r\u202e\u0085", array{1.0}); }) ==
        "save_npy: cannot write '/no \\xff/\\r\\u202e\\u0085': no file can be made in its folder: No such file or directory");
  CHECK(std::string(error("π ≤ 4, 数 and 🙂: C:\\n stays").what()) == "π ≤ 4, 数 and 🙂: C:\\n stays");
  const auto once = detail::escaped("a\nb\xc0\xaf");
  CHECK(once == "a\\nb\\xc0\\xaf");
  CHECK(detail::escaped(once) == once);
}

TEST_CASE("what is a character, by RFC 3629") {
  const auto at = [](std::string_view text) { return detail::character_at(text, 0); };
  CHECK(at("é").code == U'é');
  CHECK(at("€").bytes == 3);
  CHECK(at("🙂").code == U'🙂');
  CHECK(at("\xf4\x8f\xbf\xbf").code == 0x10ffff);
  CHECK(at("\xed\x9f\xbf").valid);
  // Overlong forms, surrogates, what is beyond Unicode, lone and missing continuations.
  for (const auto* bad : {"\xc0\x80", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf", "\xf0\x8f\xbf\xbf",
                          "\xed\xa0\x80", "\xed\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xff",
                          "\x80", "\xbf", "\xc3", "\xe2\x82", "\xf0\x9f\x99", "\xc3(", "\xe2\x82("}) {
    CHECK_FALSE(at(bad).valid);
    CHECK(at(bad).bytes == 1);
  }
}
