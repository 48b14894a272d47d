import threading


def on_auth_success(context):
    threading.Thread(target=print, args=("seen",)).start()  # caught
