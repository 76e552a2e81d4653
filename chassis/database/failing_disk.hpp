// For tests: a disk that fails on command, between SQLite and the files.
//
//     install_failing_disk();                      // before the database is opened
//     break_disk(Fault::full, 1'000'000);          // that many of the next writes to the log fail
//     mend_disk();
#pragma once

#include <sqlite3.h>

#include <atomic>

namespace chassis::database {

enum class Fault { none, full, sync };

namespace detail {

// Which fault the next writes to a write-ahead log meet, and how many of them do.
inline std::atomic<Fault> fault = Fault::none;
inline std::atomic<int> faults_left = 0;

inline bool fails_with(Fault kind) { return fault == kind && faults_left.fetch_sub(1) > 0; }

// The real file's memory follows this one.
struct FailingFile {
    sqlite3_file base;
    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    bool is_log;
};

inline sqlite3_file* real(sqlite3_file* file) { return reinterpret_cast<FailingFile*>(file)->real(); }
inline bool is_log(sqlite3_file* file) { return reinterpret_cast<FailingFile*>(file)->is_log; }

inline const sqlite3_io_methods failing_methods{
    .iVersion = 3,
    .xClose = [](sqlite3_file* f) { return real(f)->pMethods->xClose(real(f)); },
    .xRead = [](sqlite3_file* f, void* to, int n,
                sqlite3_int64 at) { return real(f)->pMethods->xRead(real(f), to, n, at); },
    .xWrite =
        [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
            if (is_log(f) && fails_with(Fault::full)) return SQLITE_FULL;
            return real(f)->pMethods->xWrite(real(f), from, n, at);
        },
    .xTruncate = [](sqlite3_file* f, sqlite3_int64 n) { return real(f)->pMethods->xTruncate(real(f), n); },
    .xSync =
        [](sqlite3_file* f, int flags) {
            if (is_log(f) && fails_with(Fault::sync)) return SQLITE_IOERR_FSYNC;
            return real(f)->pMethods->xSync(real(f), flags);
        },
    .xFileSize = [](sqlite3_file* f, sqlite3_int64* n) { return real(f)->pMethods->xFileSize(real(f), n); },
    .xLock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xLock(real(f), level); },
    .xUnlock = [](sqlite3_file* f, int level) { return real(f)->pMethods->xUnlock(real(f), level); },
    .xCheckReservedLock = [](sqlite3_file* f, int* out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* arg) { return real(f)->pMethods->xFileControl(real(f), op, arg); },
    .xSectorSize = [](sqlite3_file* f) { return real(f)->pMethods->xSectorSize(real(f)); },
    .xDeviceCharacteristics = [](sqlite3_file* f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); },
    .xShmMap = [](sqlite3_file* f, int page, int size, int extend,
                  void volatile** out) { return real(f)->pMethods->xShmMap(real(f), page, size, extend, out); },
    .xShmLock = [](sqlite3_file* f, int offset, int n,
                   int flags) { return real(f)->pMethods->xShmLock(real(f), offset, n, flags); },
    .xShmBarrier = [](sqlite3_file* f) { real(f)->pMethods->xShmBarrier(real(f)); },
    .xShmUnmap = [](sqlite3_file* f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); },
    .xFetch = [](sqlite3_file* f, sqlite3_int64 at, int n,
                 void** out) { return real(f)->pMethods->xFetch(real(f), at, n, out); },
    .xUnfetch = [](sqlite3_file* f, sqlite3_int64 at,
                   void* page) { return real(f)->pMethods->xUnfetch(real(f), at, page); },
};

}  // namespace detail

inline void break_disk(Fault kind, int times) {
    detail::faults_left = times;
    detail::fault = kind;
}

inline void mend_disk() { detail::fault = Fault::none; }

// Becomes SQLite's default file system for the rest of this program; without a fault it only passes on.
inline void install_failing_disk() {
    static sqlite3_vfs failing = [] {
        sqlite3_vfs* plain = sqlite3_vfs_find("unix");
        sqlite3_vfs vfs = *plain;
        vfs.zName = "failing";
        vfs.szOsFile = static_cast<int>(sizeof(detail::FailingFile)) + plain->szOsFile;
        vfs.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
            sqlite3_vfs* below = sqlite3_vfs_find("unix");
            auto* own = reinterpret_cast<detail::FailingFile*>(file);
            own->base.pMethods = nullptr;
            own->is_log = (flags & SQLITE_OPEN_WAL) != 0;
            int code = below->xOpen(below, name, own->real(), flags, out);
            if (code == SQLITE_OK) own->base.pMethods = &detail::failing_methods;
            return code;
        };
        return vfs;
    }();
    sqlite3_vfs_register(&failing, 1);
}

}  // namespace chassis::database
