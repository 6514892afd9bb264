#include "store_internal.h"

#include <errno.h>
#include <unistd.h>

/* After a failure that a new connection may cure: a file that was replaced, an I/O error. The database must be the one
 * that was left. */
static int reconnect(struct store_files *files)
{
    struct db_loaded found = {0};
    int error = db_open(&files->db, files->path);
    if (error == 0) {
        error = db_load(&files->db, &found);
    }
    if (error == 0 && found.state.seq < files->state.seq) {
        error = -ESTALE;
    }
    if (error < 0) {
        db_close(&files->db);
    }
    return error;
}

static struct store_state state_after(const struct store_files *files, const struct store_job *job)
{
    struct store_state state = files->state;
    state.beat++;
    state.clock = job->checkpoint;
    if (job->has_memory) {
        state.has_memory = true;
        state.memory = job->memory;
        state.lost = false;
        state.aside[0] = '\0';
    }
    if (job->has_session && job->session.id > state.newest_session) {
        state.newest_session = job->session.id;
    }
    state.newest_note += job->note.kind != STORE_NOTE_NONE;
    state.seq += job->has_memory || job->has_session;
    return state;
}

static int write_database(struct store_files *files, const struct store_job *job, const struct store_state *state)
{
    int error = files->db.sql ? 0 : reconnect(files);
    if (error == 0) {
        error = db_write(&files->db, state, job->has_session ? &job->session : NULL,
                         job->note.kind != STORE_NOTE_NONE ? &job->note : NULL);
        if (error < 0 && error != -ENOSPC && error != -EBUSY) {
            db_close(&files->db);
        }
    }
    return error;
}

static int write_clock(struct store_files *files, const struct store_state *state)
{
    const struct clockfile_record record = {state->seq, state->beat, state->clock};
    int error = files->clock_fd < 0 ? -ESTALE : clockfile_write(files->clock_fd, &record);
    if (error == -ESTALE) {
        int fd = clockfile_create(files->directory_fd, &record);
        if (fd < 0) {
            return fd;
        }
        if (files->clock_fd >= 0) {
            close(files->clock_fd);
        }
        files->clock_fd = fd;
        error = 0;
    }
    return error;
}

int files_write(struct store_files *files, const struct store_job *job, bool *committed)
{
    bool clock_only = !job->has_memory && !job->has_session && job->note.kind == STORE_NOTE_NONE;
    if (!clock_only && !*committed) {
        const struct store_state state = state_after(files, job);
        int error = write_database(files, job, &state);
        if (error < 0) {
            return error;
        }
        files->state = state;
        *committed = true;
    }
    if (clock_only) {
        files->state.beat++;
        files->state.clock = job->checkpoint;
    }
    return write_clock(files, &files->state);
}
