"""The course: its notebooks as files, the learner's folder, JupyterLab, and demonstrations in the terminal."""
