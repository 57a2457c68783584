#include "net/usable_memory.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace stentor::net {
namespace {

class UsableMemoryTest : public ::testing::Test {
protected:
    UsableMemoryTest() {
        std::string name = (std::filesystem::temp_directory_path() / "stentor-memory-XXXXXX").string();
        root = ::mkdtemp(name.data());
    }
    ~UsableMemoryTest() override { std::filesystem::remove_all(root); }
    void write(const std::string& file, const std::string& text) {
        std::filesystem::create_directories((root / file).parent_path());
        std::ofstream(root / file) << text;
    }

    std::filesystem::path root;
    const std::size_t machine = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                                static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
};

TEST_F(UsableMemoryTest, IsTheMachinesWhereNoGroupSaysLess) {
    EXPECT_EQ(usable_memory(root), machine);
    write("proc/self/cgroup", "0::/a\n");
    write("sys/fs/cgroup/a/memory.max", "max\n");
    EXPECT_EQ(usable_memory(root), machine);
    write("sys/fs/cgroup/a/memory.max", "99999999999999999\n");
    EXPECT_EQ(usable_memory(root), machine);
}

TEST_F(UsableMemoryTest, IsTheLeastOfItsGroupAndThoseAround) {
    write("proc/self/cgroup", "0::/a/b\n");
    write("sys/fs/cgroup/a/b/memory.max", "40000000\n");
    EXPECT_EQ(usable_memory(root), 40'000'000U);
    write("sys/fs/cgroup/a/memory.max", "30000000\n");
    EXPECT_EQ(usable_memory(root), 30'000'000U);
}

TEST_F(UsableMemoryTest, ItsGroupMayBeTheWholeOfWhatAContainerSees) {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/memory.max", "20000000\n");
    EXPECT_EQ(usable_memory(root), 20'000'000U);
}

TEST_F(UsableMemoryTest, GroupsOfTheFirstVersionCountToo) {
    write("proc/self/cgroup", "9:cpu,memory:/x\n3:devices:/y\nsomething else\n");
    write("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "50000000\n");
    EXPECT_EQ(usable_memory(root), 50'000'000U);
}

}  // namespace
}  // namespace stentor::net
