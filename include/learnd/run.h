/* The daemon `learnd run`: a net thread with the transports, a core thread with the database, queues between them.
 * Owns the process while it runs; everything it opened is closed when it returns. */
#ifndef LEARND_RUN_H
#define LEARND_RUN_H

/* Serve the organisation of this folder until SIGTERM or SIGINT; SIGHUP reads the folder again. The exit status: 0
 * stopped, 1 the folder or the settings are wrong, 2 could not run (the database is somebody else's, cannot be opened,
 * ...). */
int run_daemon(const char *folder);

#endif
