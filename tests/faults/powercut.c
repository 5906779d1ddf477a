/* A power cut for tests. Preloaded into a process, this keeps of each file in POWERCUT_FROM what
 * was in it when it was last synced, as a file of the same name in POWERCUT_TO: what a disk would
 * hold after the power is gone. A lock keeps an older copy from replacing a newer one. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where a file of POWERCUT_FROM is kept; 0 if it is no such file. -shm is never synced. */
static int kept(const char *path, char *to) {
    const char *folder = getenv("POWERCUT_FROM"), *kept_in = getenv("POWERCUT_TO");
    size_t length = folder ? strlen(folder) : 0;
    if (!length || !kept_in || strncmp(path, folder, length) || path[length] != '/') return 0;
    if (strchr(path + length + 1, '/')) return 0;
    return snprintf(to, PATH_MAX, "%s%s", kept_in, path + length) < PATH_MAX;
}

static void keep(int fd) {
    char name[64], path[PATH_MAX] = "", to[PATH_MAX], new[PATH_MAX + 8], lock[PATH_MAX];
    struct stat about;
    if (fstat(fd, &about) || !S_ISREG(about.st_mode)) return;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    if (readlink(name, path, sizeof path - 1) < 0 || !kept(path, to)) return;
    snprintf(lock, sizeof lock, "%s/.lock", getenv("POWERCUT_TO"));
    snprintf(new, sizeof new, "%s.new", to);
    int locked = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (locked < 0 || flock(locked, LOCK_EX)) abort();
    int from = open(name, O_RDONLY | O_CLOEXEC);
    int into = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char block[65536];
    ssize_t got;
    while ((got = read(from, block, sizeof block)) > 0)
        if (write(into, block, got) != got) abort();
    if (from < 0 || into < 0 || got < 0 || rename(new, to)) abort();
    close(from), close(into), close(locked);
}

int fsync(int fd) {
    int failed = (int)syscall(SYS_fsync, fd);
    if (!failed) keep(fd);
    return failed;
}

int fdatasync(int fd) {
    int failed = (int)syscall(SYS_fdatasync, fd);
    if (!failed) keep(fd);
    return failed;
}

/* A removed file is gone at once: SQLite removes a log only after all of it is in the database. */
int unlink(const char *path) {
    char to[PATH_MAX];
    int failed = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (!failed && kept(path, to)) syscall(SYS_unlinkat, AT_FDCWD, to, 0);
    return failed;
}
